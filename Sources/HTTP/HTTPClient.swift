public import Foundation
import Synchronization

/// Sends requests to servers that are judged by one rule, over connections that are used again.
///
/// No proxy is used, whatever the environment says: nodes, clouds and vCenters of a lab are reached directly.
/// Redirects are not followed: no service of OpenStack or vSphere needs them, and a credential must not travel to
/// where a redirect points.
///
/// With a pinned thumbprint the first connection to a server does a handshake and sends nothing. If the certificate
/// that it shows is the pinned one, the request goes over a second connection, to which that certificate is the only
/// trusted one: another server that took its place meanwhile could not complete the handshake.
public final class HTTPClient: Sendable {
    private let rules: TransferLoop.Rules
    /// Made by the first request: a client that is never used has no thread.
    private let inbox = Mutex<Inbox?>(nil)

    /// - Parameters:
    ///   - bodyLimit: bytes of a response that are kept in memory at the most.
    ///   - advice: what errors say of certificates that are not accepted.
    public init(
        tls: TLSVerification = .system, connectTimeout: Duration = .seconds(10), bodyLimit: Int = 64 << 20,
        advice: CertificateAdvice = .caFileOrThumbprint
    ) {
        rules = TransferLoop.Rules(tls: tls, connectTimeout: connectTimeout, bodyLimit: bodyLimit, advice: advice)
    }

    deinit { inbox.withLock { $0?.put(.close) } }

    /// Sends a request and waits for the whole response, whatever its status; cancelling the task ends the transfer.
    ///
    /// - Parameter receive: takes the body of a response with a status of 200 to 299 piece by piece, on the thread of
    ///   the transfers, so it has to be quick; what it throws ends the transfer. Other bodies are in the response.
    public func send(
        _ request: HTTPRequest, receive: (@Sendable (Data) throws -> Void)? = nil
    ) async throws(HTTPError) -> HTTPResponse {
        if let problem = request.problem {
            throw HTTPError(.protocolFailure, doing: "\(request)", reason: problem)
        }
        guard let inbox = openInbox() else {
            throw HTTPError(
                .protocolFailure, doing: "\(request)", reason: "no pipe: \(String(cString: strerror(errno)))",
                hint: "are too many files open?")
        }
        return try await Self.wait(for: request, receive, inbox).get()
    }

    private static func wait(
        for request: HTTPRequest, _ receive: (@Sendable (Data) throws -> Void)?, _ inbox: Inbox
    ) async -> Result<HTTPResponse, HTTPError> {
        let current = Mutex<Order?>(nil)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let order = Order(request, receive: receive) { continuation.resume(returning: $0) }
                current.withLock { $0 = order }
                if Task.isCancelled { order.cancel() }
                inbox.put(.begin(order))
            }
        } onCancel: {
            guard let order = current.withLock({ $0 }) else { return }
            order.cancel()
            inbox.put(.cancel(order))
        }
    }

    private func openInbox() -> Inbox? {
        inbox.withLock { inbox in
            if inbox == nil, let new = Inbox() {
                TransferLoop.start(new, rules)
                inbox = new
            }
            return inbox
        }
    }
}
