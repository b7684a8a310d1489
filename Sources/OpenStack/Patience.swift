import Foundation
import HTTP

/// How long a service may take to begin answering: the request is sent again until then.
///
/// Without a connection nothing was sent, so every request may be sent again. The status 503 comes from a service that
/// is starting too, but also from a proxy whose service was stopped on the way, so only what does no harm twice is sent
/// again after it.
struct Patience: Sendable {
    let limit: Duration
    /// The same for one that takes no connection: a cloud that is not there is to be noticed at once.
    let connecting: Duration

    init(_ limit: Duration, connecting: Duration? = nil) {
        self.limit = limit
        self.connecting = connecting ?? limit
    }

    /// What may be sent twice: a read changes nothing, and what was deleted already is as good as deleted.
    private static let harmless: Set = ["GET", "HEAD", "DELETE"]

    /// - Parameter isStarting: which status comes from a service that is not ready; nil: 503, where the request may be
    ///   sent twice.
    func send(
        _ request: HTTPRequest, through client: HTTPClient, doing: String, isStarting: ((Int) -> Bool)? = nil
    ) async throws -> HTTPResponse {
        let isStarting = isStarting ?? { $0 == 503 && Self.harmless.contains(request.method) }
        let begin = ContinuousClock.now
        var pause = Duration.milliseconds(100)
        while true {
            var wanted = pause
            do throws(HTTPError) {
                let response = try await client.send(request)
                wanted = max(pause, Self.retryAfter(response) ?? .zero)
                if !isStarting(response.status) || .now + wanted > begin + limit { return response }
            } catch {
                // No way to the machine is not a service that is starting, but it may be a machine that is.
                if error.kind != .unreachable || .now + pause > begin + connecting {
                    throw OpenStackError(error, doing: doing)
                }
            }
            try await rest(wanted, doing)
            pause = min(pause * 2, .seconds(2))
        }
    }

    /// RFC 9110 §10.2.3, in seconds; its other form, a date, depends on two clocks and is passed by.
    private static func retryAfter(_ response: HTTPResponse) -> Duration? {
        response.header("Retry-After").flatMap { Int($0.trimmingCharacters(in: .whitespaces)) }.map { .seconds($0) }
    }
}

/// Sleeps, or says that the task was cancelled.
func rest(_ pause: Duration, _ doing: String) async throws(OpenStackError) {
    do { try await Task.sleep(for: pause) } catch {
        throw OpenStackError(.cancelled, doing: doing, reason: "it was cancelled")
    }
}
