import Access
import Facts
import Foundation
import Release
import Testing
import Topology

@testable import Preflight
@testable import VSphere
@testable import Verification

/// A vCenter with one cluster, as both rooms judge it.
private struct OneCluster {
    var drs = ClusterComputeResource.DRS(enabled: true, defaultVmBehavior: "fullyAutomated")
    var hosts = 2
    var usableHosts: Int?
    var name = "cluster_a"
    var datacenters = ["dc1"]
    var datastores: [Datastore] = [.store("shared-1")]
    var regex = "^shared-"

    private func reference(_ type: String, _ number: Int) -> ManagedObjectReference {
        ManagedObjectReference(type: type, value: "\(type)-\(number)")
    }

    func lab() throws -> Lab {
        let text = """
            lab: one
            release: zed
            nodes:
              controller: { address: 10.1.0.10, roles: [controller, network] }
              v1: { address: 10.1.0.31, roles: [compute], hypervisor: vmware, clusters: [vc1/cluster_a] }
            vcenters:
              vc1:
                address: vc1.example
                username: u
                password: { env: P }
                datacenter: dc1
                clusters: { cluster_a: { datastore_regex: '\(regex)' } }
            defaults: { ssh: { user: root, identity_file: /dev/null }, physical_interfaces: { physnet1: eth1 } }
            networks:
              management: { cidr: 10.1.0.0/24 }
              provider: { type: flat, physical_network: physnet1, cidr: 10.2.0.0/24, port_group: pg }
            flavors: { tiny: { vcpus: 1, ram_mb: 128, disk_gb: 10 } }
            images: { tiny: { builtin: tiny-guest, hypervisors: [vmware] } }
            verify: { image: tiny, flavor: tiny, network: provider }
            """
        return try Lab.read(text: Array(text.utf8), file: "one.yaml").lab
    }

    var inventory: VSphere.Inventory {
        let hostList = (0..<hosts).map { number in
            HostSystem(
                reference: reference("HostSystem", number), name: "esx\(number)", parent: nil,
                connectionState: number < usableHosts ?? hosts ? "connected" : "disconnected", inMaintenanceMode: false,
                powerState: "poweredOn", memorySize: 64 << 30, overallMemoryUsage: 0, numCpuCores: 8, numCpuThreads: 16,
                cpuMhz: 2000, overallCpuUsage: 0, version: "6.7.0", build: "1", portGroups: [], datastores: [],
                networks: [reference("Network", 0)])
        }
        let clusters = datacenters.indices.map { number in
            ClusterComputeResource(
                reference: reference("ClusterComputeResource", number), name: name,
                parent: reference("Datacenter", number), hosts: hostList.map(\.reference),
                datastores: datastores.map(\.reference), networks: [reference("Network", 0)], resourcePool: nil,
                drs: drs,
                ha: .init(enabled: true, admissionControlEnabled: false, admissionControlPolicy: nil),
                summary: .init(
                    totalCpu: nil, totalMemory: nil, effectiveCpu: nil, effectiveMemory: nil, numHosts: nil,
                    numEffectiveHosts: nil))
        }
        return VSphere.Inventory(
            datacenters: datacenters.enumerated().map { number, name in
                Datacenter(reference: reference("Datacenter", number), name: name, parent: nil)
            }, folders: [], clusters: clusters, computeResources: [], hosts: hostList, datastores: datastores,
            networks: [
                .init(
                    reference: reference("Network", 0), name: "pg", parent: nil, kind: .distributed,
                    hosts: hostList.map(\.reference), vlan: nil, distributedSwitch: nil, isUplink: false)
            ], distributedSwitches: [])
    }

    /// The worst that preflight finds in some checks: nil, note, warning or error.
    func preflight(_ checks: Set<String>) throws -> Finding.Level? {
        let lab = try lab()
        let server = VSphereServer(lab.vcenters[0], file: "one.yaml")
        let about = AboutInfo(
            fullName: "v", version: "7.0.3", apiVersion: "7.0.3.0", apiType: "VirtualCenter", instanceUuid: nil)
        let facts = ServerFacts(about: about, inventory: inventory, clockAhead: 0, privileges: [], firewalls: [:])
        var sight = ServerSight(
            setting: .init(lab: lab, release: try Release(named: "zed")), server: server, time: Date())
        sight.facts = facts
        var sights = AllSights()
        sights.update(servers: [sight])
        let results = Judgement(limit: []).results(sights).filter { checks.contains($0.check) }
        return results.flatMap(\.findings).map(\.level).max()
    }

    var place: Place {
        get throws {
            let vcenter = try lab().vcenters[0]
            return Place(vcenter: vcenter, cluster: vcenter.clusters[0])
        }
    }
}

extension Datastore {
    fileprivate static func store(
        _ name: String, type: String = "VMFS", accessible: Bool = true, free: Int64 = 100 << 30,
        mode: String? = "normal"
    ) -> Datastore {
        Datastore(
            reference: ManagedObjectReference(type: "Datastore", value: name), name: name, writtenName: name,
            parent: nil,
            url: name, type: type, accessible: accessible, capacity: 200 << 30, freeSpace: free, maintenanceMode: mode,
            mounts: (0..<2).map {
                .init(
                    host: ManagedObjectReference(type: "HostSystem", value: "HostSystem-\($0)"), accessible: true,
                    accessMode: "readWrite")
            }, browser: nil)
    }
}

@Suite("one verdict a fact, in preflight and in verify")
struct OneVerdictTests {
    @Test(
        "whether DRS does what Nova leaves to it",
        arguments: [
            (true, "fullyAutomated", 2, nil), (true, "partiallyAutomated", 2, .warning), (true, "manual", 2, .warning),
            (true, "manual", 1, nil), (false, "fullyAutomated", 1, .warning), (false, "fullyAutomated", 2, .error),
        ] as [(Bool, String, Int, Finding.Level?)])
    func drs(_ enabled: Bool, _ level: String, _ hosts: Int, _ wanted: Finding.Level?) throws {
        var one = OneCluster()
        (one.drs, one.hosts) = (.init(enabled: enabled, defaultVmBehavior: level), hosts)
        #expect(try one.preflight(["drs"]) == wanted)
        let cluster = one.inventory.clusters[0]
        let verdict = CheckVerdict.cluster(cluster, hosts: one.inventory.hosts, vcenter: "vc1")
        #expect((verdict.failure != nil) == (wanted == .error), "\(verdict)")
        #expect((PlacementByDRS(cluster, hosts: hosts).words == nil) == (wanted == nil))
    }

    @Test("which cluster the topology means")
    func cluster() throws {
        for (name, datacenters, isFound) in [
            ("cluster_a", ["dc1"], true), ("cluster_b", ["dc1"], false), ("cluster_a", ["dc2"], false),
            ("cluster_a", ["dc1", "dc2"], false),
        ] {
            var one = OneCluster()
            (one.name, one.datacenters) = (name, datacenters)
            #expect(try (one.preflight(["cluster"]) == nil) == isFound, "\(name) in \(datacenters)")
            let place = try one.place
            let meaning = one.inventory.meaning(of: place.cluster, in: place.vcenter.datacenter)
            if case .one = meaning {
                #expect(isFound)
            } else {
                #expect(!isFound && CheckVerdict.noCluster(meaning, place).failure != nil)
            }
        }
    }

    @Test(
        "which datastores Nova takes, and whether there is room",
        arguments: [
            ([.store("shared-1")], nil), ([.store("other")], .error), ([.store("shared-1", type: "VVOL")], .error),
            ([.store("shared-1", accessible: false)], .error), ([.store("shared-1", mode: "inMaintenance")], .error),
            ([.store("shared-1", type: "vsan")], nil), ([.store("shared-1", free: 9 << 30)], .error),
            // Nova starts an instance there, whose disk is thin.
            ([.store("shared-1", free: 15 << 30)], .warning),
            // It takes the roomiest, and leaves the full one alone.
            ([.store("shared-1"), .store("shared-2", free: 1 << 20)], .note),
            ([.store("shared-1"), .store("other", free: 1 << 20)], nil),
        ] as [([Datastore], Finding.Level?)])
    func datastores(_ stores: [Datastore], _ wanted: Finding.Level?) throws {
        var one = OneCluster()
        one.datastores = stores
        let checks: Set = ["datastore", "datastore-accessible", "datastore-in-service", "datastore-space"]
        #expect(try one.preflight(checks) == wanted)
        let place = try one.place
        let cluster = one.inventory.clusters[0]
        let meant = one.inventory.datastoresForNova(of: cluster, matching: place.cluster.datastoreRegex)
        let taken = try #require(meant.usable)
        let room = DatastoreRoom(taken, diskGB: 10, imageBytes: 0, fullBytes: 20 << 30)
        let parts = Ingredients(
            image: try Recorded.decode(
                OpenStackImage.self, #"{"id": "i", "name": "i", "status": "active", "size": 0}"#),
            flavor: try Recorded.decode(
                OpenStackFlavor.self, #"{"id": "f", "name": "f", "vcpus": 1, "ram": 128, "disk": 10}"#),
            network: try Recorded.decode(OpenStackNetwork.self, #"{"id": "n", "name": "n"}"#), provesItself: true)
        let verdict = CheckVerdict.datastoreRoom(room, regex: nil, for: parts, vcenter: "vc1")
        #expect((verdict.failure != nil) == (wanted == .error), "\(verdict)")
        #expect((CheckVerdict.datastoreWarning(room, for: parts) != nil) == (wanted == .warning))
    }

    @Test("an expression that only Python reads is judged by nobody")
    func unreadable() throws {
        var one = OneCluster()
        // Swift knows no conditional groups of this kind.
        one.regex = "(a)?shared-(?(1)b|1)"
        guard (try? Regex(one.regex)) == nil else { return }
        #expect(try one.place.cluster.takes("shared-1") == nil)
        #expect(try one.preflight(["datastore"]) == .note)
        let words = DatastoresForNova.unreadableWords(one.regex)
        #expect(CheckVerdict.unreadable(one.regex) == .skipped(words))
        let meant = one.inventory.datastoresForNova(of: one.inventory.clusters[0], matching: one.regex)
        #expect(meant == .unreadable(one.regex) && meant.usable == nil)
        // What Nova left behind may be anywhere.
        #expect(try one.place.cluster.mayHaveUsed(one.datastores[0]))
    }
}
