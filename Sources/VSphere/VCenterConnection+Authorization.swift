import XML

extension VCenterConnection {
    /// Who is logged in, as the server sees it.
    public func userSession() async throws(VSphereError) -> UserSession {
        try await perform("look at the session") { (session) throws(Trouble) in session.user }
    }

    /// Which of some privileges the account has on each of some objects, in their order.
    ///
    /// A privilege that this vCenter does not know is one that the account does not have; `knownPrivileges` tells
    /// the two apart.
    public func privileges(
        _ ids: [String], on entities: [ManagedObjectReference]
    ) async throws(VSphereError) -> [EntityPrivilege] {
        guard !ids.isEmpty, !entities.isEmpty else { return [] }
        return try await perform("read the account's privileges") { (session) throws(Trouble) in
            do throws(Trouble) {
                let method = VimMethod.hasPrivileges(
                    try self.authorizationManager(), entities: entities, session: session.user.key, ids: ids)
                return try EntityPrivilege.all(
                    try await self.call(method, in: session).values, entities: entities, ids: ids)
            } catch {
                guard [.fault("MethodNotFound"), .fault("NotSupported")].contains(error.kind) else { throw error }
                return try await self.privilegesOneByOne(ids, on: entities, in: session)
            }
        }
    }

    /// As servers before 5.5 answer it, one object after the other.
    private func privilegesOneByOne(
        _ ids: [String], on entities: [ManagedObjectReference], in session: Session
    ) async throws(Trouble) -> [EntityPrivilege] {
        var all: [EntityPrivilege] = []
        for entity in entities {
            let method = VimMethod.hasPrivilege(
                try authorizationManager(), entity: entity, session: session.user.key, ids: ids)
            let answers = try await call(method, in: session).values.map { $0.bool ?? false }
            guard answers.count == ids.count else {
                throw Trouble(.malformedResponse, "\(ids.count) privileges were asked for, \(answers.count) answered")
            }
            let pairs = zip(ids, answers)
            all.append(
                EntityPrivilege(
                    entity: entity, granted: Set(pairs.filter(\.1).map(\.0)), missing: pairs.filter { !$0.1 }.map(\.0)))
        }
        return all
    }

    /// Every privilege that the account has on each of some objects; since vSphere 6.5.
    public func userPrivileges(
        on entities: [ManagedObjectReference]
    ) async throws(VSphereError) -> [ManagedObjectReference: Set<String>] {
        try await perform("read the account's privileges") { (session) throws(Trouble) in
            let method = VimMethod.fetchUserPrivileges(
                try self.authorizationManager(), entities: entities, user: session.user.userName)
            var all: [ManagedObjectReference: Set<String>] = [:]
            for result in try await self.call(method, in: session).values {
                guard let entity = result.child("entity")?.reference else { continue }
                all[entity] = Set(result.children("privileges").map(\.text))
            }
            return all
        }
    }

    /// Who has which role on an object.
    ///
    /// - Parameter inherited: those given on objects above it and propagated, too.
    public func permissions(
        on entity: ManagedObjectReference, inherited: Bool = true
    ) async throws(VSphereError) -> [Permission] {
        try await perform("read the permissions on \(entity.value)") { (session) throws(Trouble) in
            let method = VimMethod.retrievePermissions(
                try self.authorizationManager(), entity: entity, inherited: inherited)
            return try await self.call(method, in: session).values.map(Permission.init)
        }
    }

    /// All roles of the server.
    public func roles() async throws(VSphereError) -> [AuthorizationRole] {
        try await authorizationProperty("roleList").map(AuthorizationRole.init)
    }

    /// The ids of all privileges that this version of the server knows.
    public func knownPrivileges() async throws(VSphereError) -> Set<String> {
        Set(try await authorizationProperty("privilegeList").compactMap { $0.child("privId")?.text })
    }

    private func authorizationProperty(_ path: String) async throws(VSphereError) -> [XMLElement] {
        try await perform("read the \(path)") { (session) throws(Trouble) -> [XMLElement] in
            let query = PropertyQuery.object(try self.authorizationManager(), paths: [path])
            let found = try await self.retrieve(query, in: session).first
            if let why = found?.missing[path] { throw why }
            return found?[path]?.children ?? []
        }
    }

    private nonisolated func authorizationManager() throws(Trouble) -> ManagedObjectReference {
        guard let manager = content.authorizationManager else {
            throw Trouble(.fault("NotSupported"), "the server has no AuthorizationManager")
        }
        return manager
    }
}

extension EntityPrivilege {
    /// - Throws: `malformedResponse` if an object that was asked about is not in the answer.
    static func all(
        _ values: [XMLElement], entities: [ManagedObjectReference], ids: [String]
    ) throws(Trouble) -> [EntityPrivilege] {
        var granted: [ManagedObjectReference: Set<String>] = [:]
        for value in values {
            guard let entity = value.child("entity")?.reference else { continue }
            granted[entity] = Set(
                value.children("privAvailability").filter { $0.child("isGranted")?.bool == true }
                    .compactMap { $0.child("privId")?.text })
        }
        var all: [EntityPrivilege] = []
        for entity in entities {
            guard let has = granted[entity] else {
                throw Trouble(.malformedResponse, "the answer has nothing about \(entity)")
            }
            all.append(
                EntityPrivilege(entity: entity, granted: has, missing: ids.filter { !has.contains($0) }))
        }
        return all
    }
}
