import Foundation
import Testing
import VCenterSimulator

@testable import VSphere

@Suite(
    "What we see in a vCenter", .needsSimulator,
    .enabled(if: PyVmomi.unreachable == nil, PyVmomi.unreachable ?? ""))
struct PyVmomiTests {
    static let privileges = ["VirtualMachine.Inventory.Create", "Datastore.AllocateSpace", "Extension.Register"]

    @Test("is what pyVmomi sees: the same objects in the same state, and the same privileges")
    func same() async throws {
        // Not with `&` and `<`: pyVmomi does not escape them in references, which the simulator makes of names.
        let settings: [String: any Sendable] = [
            "clusters": [
                ["name": "数据 a", "hosts": ["127.77.0.51", "127.77.0.52"]] as [String: any Sendable],
                ["name": "cluster b", "hosts": ["127.77.0.61"]],
            ],
            "defects": [
                ["kind": "host-in-maintenance", "object": "127.77.0.51"],
                ["kind": "drs-manual", "object": "cluster b"],
                ["kind": "datastore-inaccessible", "object": "shared-1"],
            ],
        ]
        try await Simulator.run(settings) { simulator in
            let connection = try await VCenterConnection.open(simulator.endpoint())
            let cluster = try #require(try await connection.inventory().clusters.first)
            _ = try await connection.makeVirtualMachine(
                "vm & <1>", instanceUUID: UUID().uuidString.lowercased(), in: cluster, datastore: "shared-1")
            let ours = try await Self.view(connection)
            let theirs = try PyVmomi.view(
                ["\(simulator.port)", simulator.caFile] + Self.privileges,
                environment: ["VCENTER_PASSWORD": Simulator.password])
            let seen = try #require(try JSONSerialization.jsonObject(with: theirs) as? [String: Any])
            #expect(Set(seen.keys) == Set(ours.keys))
            for (kind, value) in ours { #expect(try Self.text(value) == Self.text(seen[kind] ?? "nothing"), "\(kind)") }
        }
    }

    /// The same in the same order of keys.
    static func text(_ value: Any) throws -> String {
        let options: JSONSerialization.WritingOptions = [.sortedKeys, .fragmentsAllowed, .withoutEscapingSlashes]
        return String(decoding: try JSONSerialization.data(withJSONObject: value, options: options), as: UTF8.self)
    }

    static func view(_ connection: VCenterConnection) async throws -> [String: Any] {
        let inventory = try await connection.inventory()
        let had = try await connection.privileges(privileges, on: inventory.clusters.map(\.reference))
        let names = Dictionary(uniqueKeysWithValues: inventory.hosts.map { ($0.reference, $0.name) })
        func hosts(_ references: [ManagedObjectReference]) -> [String] { references.compactMap { names[$0] }.sorted() }
        let about = connection.about
        return [
            "about": [about.version, about.apiVersion, about.instanceUuid ?? ""],
            "datacenters": inventory.datacenters.map(\.name),
            "machines": try await connection.virtualMachines().map(\.name),
            "clusters": Dictionary(
                uniqueKeysWithValues: zip(inventory.clusters, had).map { ($0.name, view($0, $1, inventory)) }),
            "hosts": Dictionary(uniqueKeysWithValues: inventory.hosts.map { ($0.name, view($0)) }),
            "datastores": Dictionary(
                uniqueKeysWithValues: inventory.datastores.map { store in
                    (
                        store.name,
                        [
                            "type": store.type, "accessible": store.accessible, "capacity": store.capacity,
                            "mode": store.maintenanceMode ?? "normal",
                            "mounts": store.mounts.map { "\(names[$0.host] ?? "") \($0.accessMode)" }.sorted(),
                        ] as [String: Any]
                    )
                }),
            "networks": Dictionary(
                uniqueKeysWithValues: inventory.networks.map {
                    ($0.name, ["type": $0.reference.type, "hosts": hosts($0.hosts)] as [String: Any])
                }),
        ]
    }

    static func view(
        _ cluster: ClusterComputeResource, _ had: EntityPrivilege, _ inventory: Inventory
    ) -> [String: Any] {
        [
            "moref": cluster.reference.value, "hosts": inventory.hosts(of: cluster).map(\.name).sorted(),
            "datastores": inventory.datastores(of: cluster).map(\.name).sorted(),
            "networks": inventory.networks(of: cluster).map(\.name).sorted(),
            "drs": [cluster.drs.enabled ?? false, cluster.drs.defaultVmBehavior ?? ""] as [Any],
            "ha": [cluster.ha.enabled ?? false, cluster.ha.admissionControlEnabled ?? false],
            "granted": had.granted.sorted(),
        ]
    }

    static func view(_ host: HostSystem) -> [String: Any] {
        [
            "moref": host.reference.value, "state": [host.connectionState, host.inMaintenanceMode] as [Any],
            "hardware": [host.memorySize, host.numCpuCores, host.numCpuThreads, host.cpuMhz].map { $0 ?? 0 },
            "usage": [host.overallMemoryUsage, host.overallCpuUsage].map { $0 ?? 0 }, "version": host.version ?? "",
            "port_groups": host.portGroups.map { "\($0.name) \($0.vlanID)" }.sorted(),
        ]
    }
}
