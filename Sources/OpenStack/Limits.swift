/// What a project may still have of Nova.
public struct ComputeLimits: Sendable, Equatable {
    /// One resource; a limit of -1 is none.
    public struct Room: Sendable, Equatable {
        /// The quota; -1: there is none.
        public var limit: Int
        /// What is taken of it now.
        public var used: Int

        /// A quota, and what is taken of it.
        public init(limit: Int, used: Int) {
            self.limit = limit
            self.used = used
        }

        /// Whether so much more fits.
        public func holds(_ more: Int) -> Bool { limit < 0 || used + more <= limit }
    }

    /// Servers, virtual CPUs and MiB of memory.
    public var instances, cores, ramMB: Room

    /// The three quotas that a new server counts against.
    public init(instances: Room, cores: Room, ramMB: Room) {
        self.instances = instances
        self.cores = cores
        self.ramMB = ramMB
    }
}

extension Cloud {
    /// The limits of our own project, and what it uses of them.
    public func computeLimits() async throws -> ComputeLimits {
        let answer = try await get(.compute, "/limits", as: LimitsAnswer.self, doing: "read the project's limits")
        let all = answer.limits.absolute
        return ComputeLimits(
            instances: .init(limit: all.maxTotalInstances, used: all.totalInstancesUsed),
            cores: .init(limit: all.maxTotalCores, used: all.totalCoresUsed),
            ramMB: .init(limit: all.maxTotalRAMSize, used: all.totalRAMUsed))
    }

    /// How many ports a project may have, and has; nil where Neutron does not tell.
    public func portLimit(ofProject id: String) async throws -> ComputeLimits.Room? {
        let answer = try await find(
            .network, "/quotas/\(id)/details.json", as: QuotaDetails.self, doing: "read the project's quota of ports")
        return answer?.quota.port.map { ComputeLimits.Room(limit: $0.limit, used: $0.used) }
    }
}

private struct LimitsAnswer: Decodable {
    var limits: Limits
    struct Limits: Decodable { var absolute: Absolute }
    struct Absolute: Decodable {
        var maxTotalInstances, totalInstancesUsed, maxTotalCores, totalCoresUsed, maxTotalRAMSize, totalRAMUsed: Int
    }
}

private struct QuotaDetails: Decodable {
    var quota: Quota
    struct Quota: Decodable { var port: Detail? }
    struct Detail: Decodable { var limit, used: Int }
}
