public import Foundation

/// One request. It prints without its headers and body: they may hold credentials.
public struct HTTPRequest: Sendable, CustomStringConvertible, CustomReflectable {
    /// GET, PUT, …; letters only.
    public var method: String
    /// `http://` or `https://` with a host; a query has to be escaped already.
    public var url: String
    /// Names are sent as they are written here.
    public var headers: [(String, String)]
    /// What is sent after the headers.
    public var body: HTTPBody
    /// From the start of the transfer to the last byte received.
    public var timeout: Duration
    /// The transfer fails as timed out when for this long not a byte moves; nil: only `timeout` counts. Whole
    /// seconds; libcurl looks at the average of five, so it takes that much longer.
    public var stallTimeout: Duration?

    /// A request that is judged when it is sent.
    public init(
        method: String, url: String, headers: [(String, String)] = [], body: HTTPBody = .none,
        timeout: Duration = .seconds(60), stallTimeout: Duration? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.stallTimeout = stallTimeout
    }

    /// Method and URL without a password or a query.
    public var description: String {
        guard var parts = URLComponents(string: url) else { return "\(method) (not a URL)" }
        parts.user = nil
        parts.password = nil
        parts.query = nil
        parts.fragment = nil
        return "\(method) \(parts.string ?? "")"
    }

    public var customMirror: Mirror { Mirror(self, children: []) }

    /// Host and port where the connection is a TLS one.
    var tlsServer: String? {
        guard let parts = URLComponents(string: url), parts.scheme?.lowercased() == "https", let host = parts.host
        else { return nil }
        // A literal IPv6 address is written in brackets; whether they are part of `host` differs between systems.
        let name = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        return "\(name):\(parts.port ?? 443)"
    }

    /// What makes this no request that could be sent; nil when all is well.
    var problem: String? {
        guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty,
            ["http", "https"].contains(parts.scheme?.lowercased())
        else { return "the URL has to be http://HOST… or https://HOST…" }
        // A line break in a header would begin another one.
        let breaks = headers.first { ($0.0 + $0.1).unicodeScalars.contains { "\r\n\0".unicodeScalars.contains($0) } }
        if let breaks {
            let name = breaks.0.filter { $0.isLetter || $0 == "-" }
            return "header \(name) has a line break or a zero byte"
        }
        guard method.allSatisfy({ $0.isASCII && $0.isLetter }), !method.isEmpty else { return "the method is no word" }
        return nil
    }
}

/// What a request carries.
public enum HTTPBody: Sendable {
    case none
    case data(Data)
    /// A file, read piece by piece while it is sent; the callback gets the bytes sent so far, often and on the
    /// thread of the transfers, so it has to be quick.
    case file(String, progress: (@Sendable (Int64) -> Void)? = nil)
    /// Pieces as they come; nil ends the body. The next piece is asked for when the last one has been taken, so no
    /// more than one is in memory. Without a length it is sent in chunks, which not every server takes. It cannot be
    /// sent twice: a connection that the server has closed meanwhile makes the request fail.
    case stream(length: Int64?, next: @Sendable () async throws -> Data?)
}

/// One response. It prints without its headers and body: they may hold credentials.
public struct HTTPResponse: Sendable, CustomStringConvertible, CustomReflectable {
    /// E.g. 200. A status of failure is a response, too, and no error.
    public let status: Int
    /// In the order in which they came, with the server's spelling of their names.
    public let headers: [(String, String)]
    /// Empty where the body went to a callback.
    public let body: Data

    /// The first header of this name, whatever its case.
    public func header(_ name: String) -> String? {
        headers.first { $0.0.caseInsensitiveCompare(name) == .orderedSame }?.1
    }

    public var description: String { "HTTP \(status), \(body.count) bytes" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
