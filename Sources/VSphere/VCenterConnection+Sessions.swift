extension VCenterConnection {
    /// Every session that the vCenter holds, our own among them. Needs the privilege `Sessions.TerminateSession`.
    public func sessions() async throws(VSphereError) -> [UserSession] {
        try await perform("list the sessions") { (session) throws(Trouble) in
            let query = PropertyQuery.object(self.content.sessionManager, paths: ["sessionList"])
            let found = try await self.retrieve(query, in: session).first
            if let why = found?.missing["sessionList"] { throw why }
            return (found?["sessionList"]?.children ?? []).map(UserSession.init)
        }
    }

    /// Ends sessions of others, whose next call is answered with `NotAuthenticated`. Our own is refused.
    public func terminate(_ sessions: [UserSession]) async throws(VSphereError) {
        guard !sessions.isEmpty else { return }
        try await perform("end \(sessions.count) sessions") { (session) throws(Trouble) in
            let method = VimMethod(
                name: "TerminateSession", this: self.content.sessionManager,
                arguments: sessions.map { SOAPElement("sessionId", $0.key) })
            _ = try await self.call(method, in: session)
        }
    }
}

extension VCenterConnection {
    /// Takes an ESXi host into maintenance mode, and waits until it is: virtual machines that run there have to leave it
    /// first, which a cluster with DRS sees to.
    ///
    /// - Parameter timeout: after which vCenter gives it up.
    public func enterMaintenanceMode(
        host: ManagedObjectReference, timeout: Duration
    ) async throws(VSphereError) {
        let seconds = SOAPElement("timeout", "\(timeout.components.seconds)")
        let stay = SOAPElement("evacuatePoweredOffVms", false)
        try await maintain(
            VimMethod(name: "EnterMaintenanceMode_Task", this: host, arguments: [seconds, stay]),
            "take \(host.value) into maintenance", timeout)
    }

    /// Takes an ESXi host out of maintenance mode, and waits until it is.
    public func exitMaintenanceMode(
        host: ManagedObjectReference, timeout: Duration
    ) async throws(VSphereError) {
        let seconds = SOAPElement("timeout", "\(timeout.components.seconds)")
        try await maintain(
            VimMethod(name: "ExitMaintenanceMode_Task", this: host, arguments: [seconds]),
            "take \(host.value) out of maintenance", timeout)
    }

    private func maintain(_ method: VimMethod, _ doing: String, _ timeout: Duration) async throws(VSphereError) {
        try await perform(doing) { (session) throws(Trouble) in
            let task = try await self.call(method, in: session).reference()
            _ = try await self.result(of: task, in: session, timeout: timeout + .seconds(10))
        }
    }
}
