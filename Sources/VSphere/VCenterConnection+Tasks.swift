import XML

extension VCenterConnection {
    /// Waits for a task and gives its result, if it has one.
    ///
    /// Most tasks have ended when they are first looked at. For the others the server is asked to answer when they
    /// have (`WaitForUpdatesEx`), so that nothing is polled.
    ///
    /// - Parameter timeout: how long it may take; a call's time unless given.
    /// - Throws: the fault with which the task ended, or `timeout`; the task goes on in the server then.
    func result(
        of task: ManagedObjectReference, in session: Session, timeout: Duration? = nil
    ) async throws(Trouble) -> XMLElement? {
        let timeout = timeout ?? endpoint.timeout
        let deadline = ContinuousClock.now + timeout
        if let ended = try await ending(of: task, in: session) { return try ended.get() }
        let collector = try await call(.createCollector(content.propertyCollector), in: session).reference()
        let outcome: Result<XMLElement?, Trouble>
        do throws(Trouble) {
            outcome = try await watch(task, with: collector, until: deadline, in: session)
        } catch {
            outcome = .failure(error)
        }
        // Waits of several tasks must not meet in one collector; a session that is gone has taken this one along.
        _ = try? await call(.destroyCollector(collector), in: session)
        if case .failure(let trouble) = outcome, trouble.kind == .timeout {
            throw Trouble(.timeout, "\(task) has not ended after \(timeout)")
        }
        return try outcome.get()
    }

    private func watch(
        _ task: ManagedObjectReference, with collector: ManagedObjectReference,
        until deadline: ContinuousClock.Instant, in session: Session
    ) async throws(Trouble) -> Result<XMLElement?, Trouble> {
        let query = PropertyQuery.object(task, paths: ["info.state"])
        _ = try await call(.createFilter(collector, query), in: session)
        var version = ""
        while true {
            // An update may have come between two looks: what counts is the state itself.
            if let ended = try await ending(of: task, in: session) { return ended }
            let left = deadline - .now
            guard left > .zero else { throw Trouble(.timeout, "") }
            let method = VimMethod.waitForUpdates(
                collector, version: version, seconds: min(Int(left.components.seconds) + 1, 20))
            // Without a value, nothing has changed for so many seconds.
            version = try await call(method, in: session).values.first?.child("version")?.text ?? version
        }
    }

    /// How a task ended; nil while it runs.
    private func ending(
        of task: ManagedObjectReference, in session: Session
    ) async throws(Trouble) -> Result<XMLElement?, Trouble>? {
        let query = PropertyQuery.object(task, paths: ["info.state", "info.error", "info.result"])
        let info = try await retrieve(query, in: session).first
        switch info?.text("info.state") {
        case "success":
            return .success(info?["info.result"])
        case "error":
            return .failure(
                info?["info.error"].map(Trouble.init(localized:)) ?? Trouble(.fault("MethodFault"), "no reason"))
        case "queued", "running":
            return nil
        default:
            throw Trouble(.malformedResponse, "\(task) has no state")
        }
    }
}

/// Methods of the PropertyCollector that wait.
extension VimMethod {
    static func createCollector(_ collector: ManagedObjectReference) -> VimMethod {
        VimMethod(name: "CreatePropertyCollector", this: collector)
    }

    static func destroyCollector(_ collector: ManagedObjectReference) -> VimMethod {
        VimMethod(name: "DestroyPropertyCollector", this: collector)
    }

    static func createFilter(_ collector: ManagedObjectReference, _ query: PropertyQuery) -> VimMethod {
        VimMethod(
            name: "CreateFilter", this: collector,
            arguments: query.specifications("spec") + [SOAPElement("partialUpdates", false)])
    }

    /// - Parameter seconds: after which the server answers in any case; its answer may take ten more.
    static func waitForUpdates(_ collector: ManagedObjectReference, version: String, seconds: Int) -> VimMethod {
        VimMethod(
            name: "WaitForUpdatesEx", this: collector,
            arguments: [
                SOAPElement("version", version), SOAPElement("options", [SOAPElement("maxWaitSeconds", "\(seconds)")]),
            ], isRead: true, timeout: .seconds(seconds + 10))
    }
}
