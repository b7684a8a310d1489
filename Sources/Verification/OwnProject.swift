import OpenStack
import Records

/// A project that a run makes for itself where it has admin rights, so that what it makes stands beside what users have,
/// not among it. It bears the run's mark in its name and its description.
struct OwnProject: Sendable {
    let project: Project
    /// The same user, with a token for it.
    let cloud: Cloud

    /// Beside the mark: instances of it were to run in a vCenter, where Nova makes a folder for it.
    private static let inVCenter = "polyvisor_vcenter=yes"

    static func description(_ mark: RunMark, inVCenter: Bool) -> String {
        mark.text + (inVCenter ? " \(Self.inVCenter)" : "")
    }

    static func isInVCenter(_ project: Project) -> Bool { project.description?.contains(inVCenter) == true }

    /// Makes it, gives the user its role there, and logs in. What was made before something failed bears the mark, so the
    /// end of the run removes it.
    static func make(_ mark: RunMark, inVCenter: Bool, _ cloud: Cloud) async throws -> OwnProject {
        let owner = try await cloud.owner()
        let project = try await cloud.createProject(
            "\(RunMark.prefix)\(mark.run)", description: description(mark, inVCenter: inVCenter),
            domain: owner.domain ?? "default")
        // Where there is no role of that name, all that make an administrator of the user.
        let roles = owner.roleIDs["admin"].map { [$0] } ?? owner.roleIDs.values.sorted()
        for role in roles { try await cloud.grant(role: role, toUser: owner.user, inProject: project.id) }
        let own = OwnProject(project: project, cloud: cloud.inProject(project.id))
        try await own.cloud.authenticate()
        return own
    }

    /// What the project may have of Nova, raised where that is too little for the run.
    func limits(for needs: Needs) async throws -> ComputeLimits {
        let limits = try await cloud.computeLimits()
        let wanted = [
            ("instances", limits.instances, needs.instances), ("cores", limits.cores, needs.cores),
            ("ram", limits.ramMB, needs.ramMB),
        ]
        let lacking = wanted.filter { !$1.holds($2) }
        async let ports: Void = makeRoom(forPorts: needs.instances)
        guard !lacking.isEmpty else {
            try await ports
            return limits
        }
        try await cloud.ensureQuotas(
            .compute, ofProject: project.id, Dictionary(uniqueKeysWithValues: lacking.map { ($0.0, $0.2) }))
        try await ports
        return try await cloud.computeLimits()
    }

    private func makeRoom(forPorts count: Int) async throws {
        let limit = try await cloud.quotas(.network, ofProject: project.id)["port"]
        guard let limit, limit >= 0, limit < count else { return }
        try await cloud.ensureQuotas(.network, ofProject: project.id, ["port": count])
    }

    /// The most that a run has at once.
    struct Needs: Sendable, Equatable {
        var instances: Int
        var cores: Int
        var ramMB: Int

        /// - Parameter flavors: those of the hypervisors that are verified at once. Each has up to three instances, or
        ///   one of twice the size, when its boots are repeated and its instances moved; and one of four vCPUs beside it.
        init(_ flavors: [OpenStack.Flavor], atOnce: Int) {
            let count = 3 * max(1, atOnce)
            instances = count
            let most = VCPUTrial.counts.upperBound
            cores = max(1, atOnce) * (flavors.map { max(3 * $0.vcpus, $0.vcpus + most) }.max() ?? 3)
            ramMB = count * (flavors.map(\.ram).max() ?? 512)
        }
    }
}

extension MarkedThing {
    /// Removes a project of a run, with what belongs to it and bears no mark: its security groups, its quotas and Nova's
    /// folder in vCenter.
    ///
    /// - Throws: what is still in it: it is left then, as nothing would lead to that any more.
    func deleteProject(from cloud: Cloud, _ folders: ProjectFolders, within patience: Duration) async throws {
        // Deletions that others asked for may be under way, and ports outlive their servers by a moment.
        let isEmpty: Bool? = try await Polling(limit: patience, pause: .seconds(1)).first {
            if try await cloud.hasServers(inProject: id) { return nil }
            return try await cloud.ports(ofProject: id).contains { $0.owner?.hasPrefix("compute:") == true }
                ? nil : true
        }
        guard isEmpty == true else {
            let look = "`openstack server list --all-projects --project \(id)`"
            throw CheckFailure(layer: .nova, reason: "there are still instances in it", look: look)
        }
        if usesVCenter { try await folders.remove(ofProject: id) }
        for group in try await cloud.securityGroups() where group.project == id {
            try await cloud.deleteSecurityGroup(group.id)
        }
        for kind in [Cloud.QuotaKind.compute, .network] {
            // Who may not set quotas has set none.
            do { try await cloud.resetQuotas(kind, ofProject: id) } catch let error as OpenStackError
                where error.kind == .status(403)
            {}
        }
        try await cloud.deleteProject(id)
    }
}
