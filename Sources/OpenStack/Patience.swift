import HTTP

/// How long a service may take to begin answering: the request is sent again until then.
///
/// Without a connection nothing was sent, so every request may be sent again. The status 503 comes from a service that
/// is starting too, but also from a proxy whose service was stopped on the way, so only what changes nothing is sent
/// again after it.
struct Patience: Sendable {
    let limit: Duration

    init(_ limit: Duration) { self.limit = limit }

    /// - Parameter isStarting: which status comes from a service that is not ready; nil: 503, where the request changes
    ///   nothing.
    func send(
        _ request: HTTPRequest, through client: HTTPClient, doing: String, isStarting: ((Int) -> Bool)? = nil
    ) async throws -> HTTPResponse {
        let isStarting = isStarting ?? { $0 == 503 && ["GET", "HEAD"].contains(request.method) }
        let deadline = ContinuousClock.now + limit
        var pause = Duration.milliseconds(100)
        while true {
            let isLast = ContinuousClock.now + pause > deadline
            do throws(HTTPError) {
                let response = try await client.send(request)
                if isLast || !isStarting(response.status) { return response }
            } catch {
                // No way to the machine is not a service that is starting, but it may be a machine that is.
                if isLast || error.kind != .unreachable { throw OpenStackError(error, doing: doing) }
            }
            try await rest(pause, doing)
            pause = min(pause * 2, .seconds(2))
        }
    }
}

/// Sleeps, or says that the task was cancelled.
func rest(_ pause: Duration, _ doing: String) async throws(OpenStackError) {
    do { try await Task.sleep(for: pause) } catch {
        throw OpenStackError(.cancelled, doing: doing, reason: "it was cancelled")
    }
}
