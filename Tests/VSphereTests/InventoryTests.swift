import Foundation
import Testing
import VCenterSimulator

@testable import VSphere

@Suite("The inventory of a vCenter", .needsSimulator)
struct InventoryTests {
    @Test("has what preflight asks for")
    func whole() async throws {
        try await Simulator.run { simulator in
            let connection = try await VCenterConnection.open(simulator.endpoint())
            let inventory = try await connection.inventory()
            #expect(inventory.clusters.map(\.name) == ["cluster_a", "cluster_b"])
            let cluster = try #require(inventory.clusters(named: "cluster_a").first)
            #expect(inventory.clusters(named: "cluster_c").isEmpty)
            #expect(inventory.datacenter(above: cluster.parent)?.name == "dc1")
            #expect(cluster.drs == .init(enabled: true, defaultVmBehavior: "fullyAutomated"))
            #expect(cluster.ha.enabled == true)
            #expect(cluster.resourcePool?.type == "ResourcePool")
            // A distributed switch also has a port group of its own for its uplinks.
            let networks = inventory.networks(of: cluster).filter { !$0.name.contains("Uplinks") }
            #expect(networks.map(\.name) == ["VM Network", "dvpg-provider", "provider"])
            let hosts = inventory.hosts(of: cluster)
            #expect(hosts.map(\.name) == ["127.77.0.51", "127.77.0.52"])
            let usable = hosts.allSatisfy { $0.isUsable && $0.memorySize == 64 << 30 && $0.numCpuThreads == 16 }
            #expect(usable)
            for network in networks {
                #expect(inventory.hosts(of: cluster, without: network).isEmpty, "\(network.name)")
            }
            let group = try #require(inventory.networks.first { $0.name == "dvpg-provider" })
            #expect(group.kind == .distributed)
            let dvs = try #require(inventory.distributedSwitches.first { $0.reference == group.distributedSwitch })
            #expect(dvs.name == "dvs1")
            #expect(inventory.path(of: cluster.name, below: cluster.parent) == "/dc1/host/cluster_a")
            #expect(inventory.path(of: "a/b%", below: hosts.first?.parent) == "/dc1/host/cluster_a/a%2fb%25")
            #expect(hosts.first?.cpuMhz ?? 0 > 0)
            #expect(cluster.summary.totalMemory == 128 << 30)
            #expect(cluster.summary.effectiveMemory == 128 << 10)
        }
    }

    @Test("tells shared datastores from local ones")
    func datastores() async throws {
        try await Simulator.run { simulator in
            let inventory = try await VCenterConnection.open(simulator.endpoint()).inventory()
            let cluster = try #require(inventory.clusters(named: "cluster_a").first)
            let datastores = inventory.datastores(of: cluster)
            #expect(datastores.map(\.name) == ["local-cluster_a", "shared-1", "vmfs-cluster_a"])
            #expect(datastores.map(\.type) == ["VMFS", "NFS", "VMFS"])
            #expect(datastores.map { inventory.hosts(of: cluster, without: $0).count } == [1, 0, 0])
            #expect(datastores.map(\.mounts.count) == [1, 3, 2])
            let roomy = datastores.allSatisfy { $0.accessible && $0.capacity > 0 && $0.freeSpace > 0 }
            #expect(roomy)
        }
    }

    @Test("is the same in pages of one object")
    func paging() async throws {
        try await Simulator.run { simulator in
            let connection = try await VCenterConnection.open(simulator.endpoint())
            let whole = try await connection.inventory()
            let paged = try await connection.inventory(pageSize: 1)
            #expect(paged.hosts == whole.hosts)
            #expect(paged.clusters == whole.clusters)
            #expect(paged.folders == whole.folders)
            #expect(paged.networks == whole.networks)
            #expect(paged.datastores.map(\.name) == whole.datastores.map(\.name))
        }
    }

    @Test("shows what is wrong with hosts, datastores and clusters")
    func defects() async throws {
        let defects = [
            ["kind": "host-in-maintenance", "object": "127.77.0.51"],
            ["kind": "host-disconnected", "object": "127.77.0.52"],
            ["kind": "host-without-port-group", "object": "127.77.0.51", "value": "provider"],
            ["kind": "drs-manual", "object": "cluster_a"],
            ["kind": "datastore-in-maintenance", "object": "vmfs-cluster_a"],
            ["kind": "datastore-inaccessible", "object": "shared-1"],
            ["kind": "datastore-free-bytes", "object": "vmfs-cluster_b", "value": "4096"],
        ]
        try await Simulator.run(["defects": defects]) { simulator in
            let inventory = try await VCenterConnection.open(simulator.endpoint()).inventory()
            let cluster = try #require(inventory.clusters(named: "cluster_a").first)
            #expect(inventory.hosts(of: cluster).filter(\.isUsable).isEmpty)
            let network = try #require(inventory.networks.first { $0.name == "provider" })
            #expect(inventory.hosts(of: cluster, without: network).map(\.name) == ["127.77.0.51"])
            #expect(cluster.drs.defaultVmBehavior == "manual")
            let named = Dictionary(uniqueKeysWithValues: inventory.datastores.map { ($0.name, $0) })
            #expect(named["vmfs-cluster_a"]?.maintenanceMode == "inMaintenance")
            #expect(named["shared-1"]?.accessible == false)
            #expect(named["vmfs-cluster_b"]?.freeSpace == 4096)
        }
    }
}
