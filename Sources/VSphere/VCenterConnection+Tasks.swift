extension VCenterConnection {
    /// Waits for a task and gives its result, if it has one.
    ///
    /// Asks at growing intervals, from 50 ms to a second.
    ///
    /// - Throws: the fault with which the task ended, or `timeout` after the time that a call has.
    func result(of task: ManagedObjectReference, in session: Session) async throws(Trouble) -> XMLElement? {
        let query = PropertyQuery.object(task, paths: ["info.state", "info.error", "info.result"])
        let deadline = ContinuousClock.now + endpoint.timeout
        var pause = Duration.milliseconds(50)
        while true {
            let info = try await retrieve(query, in: session).first
            switch info?.text("info.state") {
            case "success":
                return info?["info.result"]
            case "error":
                throw info?["info.error"].map(Trouble.init(localized:)) ?? Trouble(.fault("MethodFault"), "no reason")
            case "queued", "running":
                break
            default:
                throw Trouble(.malformedResponse, "\(task) has no state")
            }
            guard ContinuousClock.now < deadline else {
                throw Trouble(.timeout, "\(task) has not ended after \(endpoint.timeout)")
            }
            do {
                try await Task.sleep(for: pause)
            } catch {
                throw Trouble(.cancelled, "cancelled")
            }
            pause = min(pause * 2, .seconds(1))
        }
    }
}
