import Preflight
import Testing
import VCenterSimulator

@Suite("The capacity of a cluster", .needsSimulator)
struct CapacityTests {
    /// Three hosts of 64 GiB and 16 threads, of which the simulator says that 2 GiB are used.
    private func capacity(
        _ defects: [[String: String]], flavor: String = "{ vcpus: 1, ram_mb: 16384, disk_gb: 0 }"
    ) async throws -> ComputeCapacity {
        var found: ComputeCapacity?
        try await VCenter.run(["defects": defects]) { vcenter in
            let lab = try vcenter.lab { $0.replace("{ vcpus: 1, ram_mb: 512, disk_gb: 1 }", with: flavor) }
            found = try await vcenter.preflight(lab).capacity().clusters.first
        }
        return try #require(found)
    }

    private static func defect(_ kind: String, _ object: String, _ value: String = "") -> [String: String] {
        ["kind": kind, "object": object, "value": value]
    }

    /// 3 × 64 GiB × 1.5 is 18 × 16 GiB to Nova. Each host has 62 GiB free: three instances; HA keeps one host's worth.
    @Test("is what hosts have free, less a host for HA's default")
    func failoverLevel() async throws {
        let capacity = try await capacity([])
        let fit = try #require(capacity.flavors.first)
        #expect((fit.bySum, fit.byHosts, fit.onLargestHost, fit.limit) == (18, 6, 3, .memory))
        #expect(capacity.hosts.map(\.freeMemoryMiB) == [63488, 63488, 63488])
        #expect(capacity.reserve == "HA keeps room for the failure of 1 host")
        #expect(fit.words.hasPrefix("Nova believes in 18, 6 fit (memory ends it)"))
    }

    @Test("is less a share where HA keeps a share")
    func share() async throws {
        let fit = try await capacity([Self.defect("ha-reserves-percent", "cluster_a", "50")]).flavors.first
        // 186 GiB free, less half of 192: 90 GiB, five instances.
        #expect(fit?.byHosts == 5)
    }

    @Test("leaves out a failover host")
    func failoverHost() async throws {
        let capacity = try await capacity([Self.defect("ha-reserves-host", "cluster_a", "127.77.1.53")])
        #expect(capacity.flavors.first?.byHosts == 6)
        #expect(capacity.hosts.filter(\.isReserved).map(\.name) == ["127.77.1.53"])
    }

    @Test("counts neither hosts in maintenance nor those that are gone")
    func unusable() async throws {
        let capacity = try await capacity([
            Self.defect("ha-off", "cluster_a"), Self.defect("host-in-maintenance", "127.77.1.51"),
            Self.defect("host-disconnected", "127.77.1.52"),
        ])
        let fit = try #require(capacity.flavors.first)
        #expect((fit.bySum, fit.byHosts) == (6, 3))
    }

    @Test("says that none fits although the sum has room")
    func gap() async throws {
        let used = ["127.77.1.51", "127.77.1.52", "127.77.1.53"].map {
            Self.defect("host-memory-used-mib", $0, "60000")
        }
        let fit = try #require(
            try await capacity(used, flavor: "{ vcpus: 2, ram_mb: 8192, disk_gb: 0 }").flavors.first)
        #expect((fit.bySum, fit.byHosts) == (36, 0))
        #expect(fit.words.contains("Nova believes in 36, none fits: one needs 8192 MiB and 2 vCPU"))
        #expect(fit.words.contains("has 5536 MiB"))
    }

    @Test("is nothing where the flavor has more CPUs than a host has threads")
    func wide() async throws {
        let fit = try await capacity([], flavor: "{ vcpus: 17, ram_mb: 512, disk_gb: 0 }").flavors.first
        #expect(fit?.bySum == 0 && fit?.byHosts == 0 && fit?.limit == .hostSize)
    }
}
