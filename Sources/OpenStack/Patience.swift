import HTTP

/// How long a service may take to begin answering: a refused connection and the status 503 are taken for a service
/// that is starting, and the request is sent again until then. Neither has done anything yet, so no request is too
/// dangerous for that.
struct Patience: Sendable {
    let limit: Duration

    init(_ limit: Duration) { self.limit = limit }

    /// - Parameter isStarting: whether an answer comes from a service that is not ready.
    func send(
        _ request: HTTPRequest, through client: HTTPClient, doing: String,
        isStarting: (Int) -> Bool = { $0 == 503 }
    ) async throws -> HTTPResponse {
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
