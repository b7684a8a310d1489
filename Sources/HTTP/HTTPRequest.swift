public import Foundation

/// One request.
public struct HTTPRequest: Sendable {
    public var method: String
    public var url: String
    /// Names are sent as they are written here.
    public var headers: [(String, String)]
    public var body: HTTPBody
    /// From the first byte sent to the last received.
    public var timeout: Duration

    public init(
        method: String, url: String, headers: [(String, String)] = [], body: HTTPBody = .none,
        timeout: Duration = .seconds(60)
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }

    /// Method and URL without a password or a query, for messages.
    var label: String {
        guard var parts = URLComponents(string: url) else { return method }
        parts.user = nil
        parts.password = nil
        parts.query = nil
        return "\(method) \(parts.string ?? "")"
    }
}

/// What a request carries.
public enum HTTPBody: Sendable {
    case none
    case data(Data)
    /// A file, read piece by piece while it is sent; the callback gets the bytes sent so far.
    case file(String, progress: (@Sendable (Int64) -> Void)? = nil)
}

/// One response, whole.
public struct HTTPResponse: Sendable {
    public let status: Int
    public let headers: [(String, String)]
    public let body: Data

    /// The first header of this name, whatever its case.
    public func header(_ name: String) -> String? {
        headers.first { $0.0.caseInsensitiveCompare(name) == .orderedSame }?.1
    }
}
