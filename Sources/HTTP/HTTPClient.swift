internal import CCurl
import Crypto
import Foundation
import Synchronization

/// Sends requests to servers that are judged by one rule, over connections that are used again.
///
/// No proxy is used, whatever the environment says: nodes, clouds and vCenters of a lab are reached directly.
/// Redirects are not followed: no service of OpenStack or vSphere needs them, and a credential must not travel to
/// where a redirect points.
public final class HTTPClient: Sendable {
    private let tls: TLSVerification
    private let connectTimeout: Duration
    private let bodyLimit: Int
    private let idle: Mutex<[EasyHandle]>
    /// A pinned server's certificate, by host and port, once it has been seen and compared.
    private let pinned = Mutex<[String: String]>([:])
    private let queue = DispatchQueue(label: "polyvisor.http", attributes: .concurrent)

    /// - Parameter bodyLimit: bytes of a response that are taken at the most.
    public init(tls: TLSVerification = .system, connectTimeout: Duration = .seconds(10), bodyLimit: Int = 64 << 20) {
        self.tls = tls
        self.connectTimeout = connectTimeout
        self.bodyLimit = bodyLimit
        idle = Mutex([])
    }

    /// Sends a request and waits for the whole response, whatever its status; cancelling the task ends the transfer.
    public func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let cancelled = Cancellation()
        let result: Result<HTTPResponse, HTTPError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async { continuation.resume(returning: Result { () throws(HTTPError) in
                    try self.perform(request, cancelled)
                }) }
            }
        } onCancel: {
            cancelled.set()
        }
        return try result.get()
    }

    private func perform(_ request: HTTPRequest, _ cancelled: Cancellation) throws(HTTPError) -> HTTPResponse {
        guard let handle = takeHandle() else {
            throw HTTPError(.protocolFailure, doing: request.label, reason: "libcurl does not start")
        }
        defer { idle.withLock { $0.append(handle) } }
        let transfer = Transfer(limit: bodyLimit, cancelled: cancelled)
        do {
            let pin = try certificate(pinnedFor: request, handle)
            try prepare(handle, for: request, trusting: pin)
            try transfer.attach(request, to: handle)
            // Expect: 100-continue costs a second with servers that do not know it.
            try handle.perform(headers: request.headers + [("Expect", "")])
        } catch let failure as CurlFailure {
            throw error(failure, request, transfer)
        } catch let error as HTTPError {
            throw error
        } catch {
            throw HTTPError(.protocolFailure, doing: request.label, reason: "\(error)")
        }
        return HTTPResponse(status: handle.status, headers: transfer.headers, body: transfer.body)
    }

    private func error(_ failure: CurlFailure, _ request: HTTPRequest, _ transfer: Transfer) -> HTTPError {
        if transfer.overflowed {
            return HTTPError(.tooLarge, doing: request.label, reason: "the response is larger than \(bodyLimit) bytes")
        }
        return HTTPError(failure.kind, doing: request.label, reason: failure.words, hint: failure.hint)
    }

    private func takeHandle() -> EasyHandle? {
        let kept = idle.withLock { $0.popLast() }
        kept?.reset()
        return kept ?? EasyHandle()
    }

    private func prepare(_ handle: EasyHandle, for request: HTTPRequest, trusting pin: String?) throws(CurlFailure) {
        try handle.set(CURLOPT_URL, request.url)
        try handle.set(CURLOPT_NOSIGNAL, 1)
        try handle.set(CURLOPT_PROXY, "")
        try handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
        try handle.set(CURLOPT_TCP_KEEPALIVE, 1)
        try handle.set(CURLOPT_CONNECTTIMEOUT_MS, connectTimeout.milliseconds)
        try handle.set(CURLOPT_TIMEOUT_MS, request.timeout.milliseconds)
        switch tls {
        case .system: break
        case .caFile(let path): try handle.set(CURLOPT_CAINFO, path)
        case .insecure:
            try handle.set(CURLOPT_SSL_VERIFYPEER, 0)
            try handle.set(CURLOPT_SSL_VERIFYHOST, 0)
        case .thumbprint:
            // The pinned certificate is the only anchor: nothing but it can be shown. Its name does not matter.
            if let pin { try handle.set(blob: CURLOPT_CAINFO_BLOB, pin) }
            try handle.set(CURLOPT_SSL_VERIFYHOST, 0)
        }
    }

    /// The certificate of a pinned server: a first connection that sends nothing shows it, and it must have the
    /// thumbprint; from then on it is the only one that is trusted.
    private func certificate(pinnedFor request: HTTPRequest, _ handle: EasyHandle) throws -> String? {
        guard case .thumbprint(let wanted) = tls, let url = URLComponents(string: request.url), url.scheme == "https",
            let host = url.host
        else { return nil }
        let server = "\(host):\(url.port ?? 443)"
        if let known = pinned.withLock({ $0[server] }) { return known }
        try handle.set(CURLOPT_URL, "https://\(server)/")
        try handle.set(CURLOPT_NOSIGNAL, 1)
        try handle.set(CURLOPT_PROXY, "")
        try handle.set(CURLOPT_CONNECTTIMEOUT_MS, connectTimeout.milliseconds)
        try handle.set(CURLOPT_TIMEOUT_MS, connectTimeout.milliseconds)
        try handle.set(CURLOPT_CONNECT_ONLY, 1)
        try handle.set(CURLOPT_CERTINFO, 1)
        try handle.set(CURLOPT_SSL_VERIFYPEER, 0)
        try handle.set(CURLOPT_SSL_VERIFYHOST, 0)
        try handle.perform(headers: [])
        let shown = handle.leafCertificate
        handle.reset()
        guard let shown, let thumbprint = Self.thumbprint(ofPEM: shown),
            thumbprint == wanted.lowercased().replacing(":", with: "")
        else {
            let seen = shown.flatMap(Self.thumbprint(ofPEM:)) ?? "none"
            throw HTTPError(
                .tls, doing: request.label, reason: "the server's certificate is not the pinned one; its SHA-256 is \(seen)",
                hint: "compare it with the server's own; if it is right, put it into the topology as thumbprint")
        }
        pinned.withLock { $0[server] = shown }
        return shown
    }

    /// SHA-256 of a certificate's DER bytes, 64 lower-case hexadecimal digits.
    static func thumbprint(ofPEM text: String) -> String? {
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") }
        guard let der = Data(base64Encoded: lines.joined()), !der.isEmpty else { return nil }
        return SHA256.hash(data: der).map { String(format: "%02x", $0) }.joined()
    }
}

extension Duration {
    fileprivate var milliseconds: Int { Int(components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000) }
}
