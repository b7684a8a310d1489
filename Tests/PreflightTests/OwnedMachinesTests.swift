import Preflight
import Testing
import VCenterSimulator

@testable import VSphere

extension VCenterConnection {
    /// Makes a virtual machine without devices, which says that an extension made it.
    fileprivate func makeMachine(
        _ name: String, _ instanceUUID: String, by extensionKey: String?, in cluster: ClusterComputeResource
    ) async throws {
        let pool = try #require(cluster.resourcePool)
        let datacenter = try #require(try await inventory().datacenters.first)
        let manager = extensionKey.map {
            SOAPElement("managedBy", [SOAPElement("extensionKey", $0), SOAPElement("type", "instance")])
        }
        let spec = SOAPElement(
            "config",
            [
                SOAPElement("name", name), SOAPElement("instanceUuid", instanceUUID),
                SOAPElement("guestId", "otherLinux64Guest"),
                SOAPElement("files", [SOAPElement("vmPathName", "[shared-1]")]),
            ] + (manager.map { [$0] } ?? []) + [SOAPElement("numCPUs", "1"), SOAPElement("memoryMB", "128")])
        try await perform("make \(name)") { (session) throws(Trouble) -> Void in
            let query = PropertyQuery.object(datacenter.reference, paths: ["vmFolder"])
            guard let folder = try await self.retrieve(query, in: session).first?.reference("vmFolder") else {
                throw Trouble(.objectNotFound, "no vmFolder")
            }
            let create = VimMethod(name: "CreateVM_Task", this: folder, arguments: [spec, SOAPElement("pool", pool)])
            let task = try await self.call(create, in: session).reference()
            _ = try await self.result(of: task, in: session)
        }
    }
}

@Suite("What Nova owns in a cluster")
struct OwnedMachinesTests {
    private func machine(_ name: String, _ uuid: String?, byNova: Bool = true) -> ManagedVirtualMachine {
        ManagedVirtualMachine(
            reference: ManagedObjectReference(type: "VirtualMachine", value: "vm-\(name)"), name: name,
            instanceUUID: uuid, powerState: "poweredOn", extensionKey: byNova ? "org.openstack.compute" : nil, host: nil
        )
    }

    @Test("lists its own, what only vCenter has, what only Nova has, what was moved, and what is neither's business")
    func kinds() {
        let owned = OwnedMachines(
            of: "vc1/cluster_a",
            machines: [
                machine("one", "AAAA"), machine("left", "BBBB"), machine("by hand", "CCCC", byNova: false),
                machine("moving", "DDDD"), machine("dragged", "9999"),
                machine("OSTACK_IMG_b2dfd2c6-60d6-4c08-b9cb-891b655b17f5", nil, byNova: false),
            ],
            instances: [
                .init(id: "aaaa", name: "first", status: "ACTIVE"), .init(id: "eeee", name: "lost", status: "ACTIVE"),
                .init(id: "ffff", name: "new", status: "BUILD"),
            ],
            elsewhere: [
                .init(id: "dddd", host: "vmware1-cluster_b", status: "MIGRATING"),
                .init(id: "9999", host: "vmware1-cluster_b", status: "ACTIVE"),
            ])
        #expect(owned.moved.map(\.machine.name) == ["dragged"])
        let moved = "moved here in vCenter: dragged (vm-dragged); Nova has instance 9999 on vmware1-cluster_b"
        #expect(owned.text.contains(moved))
        #expect(owned.owned.map(\.name) == ["one"])
        #expect(owned.onlyInVCenter.map(\.name) == ["left"])
        #expect(owned.onlyInNova.map(\.name) == ["lost"])
        #expect(owned.imports.map(\.name) == ["OSTACK_IMG_b2dfd2c6-60d6-4c08-b9cb-891b655b17f5"])
        #expect(owned.text.contains("import of an image: OSTACK_IMG_b2dfd2c6"))
        #expect(owned.others == 2)
        #expect(!owned.agrees)
    }

    /// In the simulator, with all that its API does to names and identifiers on the way.
    @Test("is found orphaned on both sides in a vCenter, and nothing else is", .needsSimulator)
    func inVCenter() async throws {
        let (kept, left, hand, moving) = (
            "0e7b2c59-7f9e-4a52-b2fc-6d1a14e8f0a1", "0e7b2c59-7f9e-4a52-b2fc-6d1a14e8f0a2",
            "0e7b2c59-7f9e-4a52-b2fc-6d1a14e8f0a3", "0e7b2c59-7f9e-4a52-b2fc-6d1a14e8f0a4"
        )
        let gone = "0e7b2c59-7f9e-4a52-b2fc-6d1a14e8f0a5"
        let clusters: [[String: any Sendable]] = [
            ["name": "cluster_a", "hosts": ["127.77.1.51"]], ["name": "cluster_b", "hosts": ["127.77.1.61"]],
        ]
        try await Simulator.with(["clusters": clusters]) { simulator in
            let connection = try await VCenterConnection.open(
                VCenterEndpoint(
                    address: "127.0.0.1", port: simulator.port,
                    credentials: VCenterCredentials(username: Simulator.username, password: Simulator.password),
                    tls: .caFile(simulator.caFile)))
            let inventory = try await connection.inventory()
            let a = try #require(inventory.clusters(named: "cluster_a").first)
            let b = try #require(inventory.clusters(named: "cluster_b").first)
            let nova = ManagedVirtualMachine.novaExtension
            try await connection.makeMachine("kept (\(kept))", kept, by: nova, in: a)
            try await connection.makeMachine("left <&> (\(left))", left, by: nova, in: a)
            try await connection.makeMachine("by hand", hand, by: nil, in: a)
            try await connection.makeMachine("an appliance", moving, by: "com.example.appliance", in: a)
            try await connection.makeMachine("elsewhere", "0e7b2c59-7f9e-4a52-b2fc-6d1a14e8f0a6", by: nova, in: b)
            let owned = OwnedMachines(
                of: "vc1/cluster_a", machines: try await connection.managedVirtualMachines(inCluster: a.reference),
                instances: [
                    .init(id: kept.uppercased(), name: "kept", status: "ACTIVE"),
                    .init(id: gone, name: "gone", status: "ACTIVE"),
                ])
            #expect(owned.owned.map(\.instance) == [kept] && owned.owned.map(\.status) == ["ACTIVE"])
            #expect(owned.onlyInVCenter.map(\.name) == ["left <&> (\(left))"])
            #expect(owned.onlyInVCenter.map(\.instance) == [left])
            #expect(owned.onlyInNova == [.init(id: gone, name: "gone", status: "ACTIVE")])
            #expect(owned.imports.isEmpty && owned.others == 2 && !owned.agrees)
            let lines = owned.text.split(separator: "\n").dropFirst().filter { $0.contains("only in") }
            #expect(lines.count == 2, "\(owned.text)")

            let mended = OwnedMachines(
                of: "vc1/cluster_a", machines: try await connection.managedVirtualMachines(inCluster: a.reference),
                instances: [.init(id: kept, name: "kept", status: "ACTIVE")],
                elsewhere: [.init(id: left.uppercased(), host: "other", status: "MIGRATING")])
            #expect(mended.agrees && mended.others == 3, "\(mended.text)")
            let moved = OwnedMachines(
                of: "vc1/cluster_a", machines: try await connection.managedVirtualMachines(inCluster: a.reference),
                instances: [.init(id: kept, name: "kept", status: "ACTIVE")],
                elsewhere: [.init(id: left.uppercased(), host: "other", status: "SHUTOFF")])
            #expect(moved.moved.map(\.machine.instance) == [left] && !moved.agrees, "\(moved.text)")
            try await connection.logout()
        }
    }
}
