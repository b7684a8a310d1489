import Foundation
import Testing
import VCenterSimulator

@testable import VSphere
import XML

extension VCenterConnection {
    /// Makes a virtual machine as Nova does, in the root resource pool of a cluster, and gives its reference.
    func makeVirtualMachine(
        _ name: String, instanceUUID: String, in cluster: ClusterComputeResource, datastore: String
    ) async throws -> ManagedObjectReference {
        let pool = try #require(cluster.resourcePool)
        let datacenter = try #require(try await inventory().datacenters.first)
        return try await perform("make \(name)") { (session) throws(Trouble) in
            let query = PropertyQuery.object(datacenter.reference, paths: ["vmFolder"])
            guard let folder = try await self.retrieve(query, in: session).first?.reference("vmFolder") else {
                throw Trouble(.objectNotFound, "no vmFolder")
            }
            let spec = SOAPElement(
                "config",
                [
                    SOAPElement("name", name), SOAPElement("instanceUuid", instanceUUID),
                    SOAPElement("guestId", "otherLinux64Guest"),
                    SOAPElement("files", [SOAPElement("vmPathName", "[\(datastore)]")]),
                    SOAPElement("numCPUs", "1"), SOAPElement("memoryMB", "128"),
                ] + Self.devices(datastore))
            let create = VimMethod(
                name: "CreateVM_Task", this: folder, arguments: [spec, SOAPElement("pool", pool)])
            let task = try await self.call(create, in: session).reference()
            guard let made = try await self.result(of: task, in: session)?.reference else {
                throw Trouble(.malformedResponse, "no virtual machine")
            }
            return made
        }
    }

    private static func devices(_ datastore: String) -> [SOAPElement] {
        func add(_ type: StaticString, file: Bool = false, _ children: [SOAPElement]) -> SOAPElement {
            SOAPElement(
                "deviceChange",
                [SOAPElement("operation", "add")] + (file ? [SOAPElement("fileOperation", "create")] : [])
                    + [SOAPElement("device", type: type, children)])
        }
        return [
            add(
                "VirtualLsiLogicController",
                [SOAPElement("key", "-1"), SOAPElement("busNumber", "0"), SOAPElement("sharedBus", "noSharing")]),
            add(
                "VirtualDisk", file: true,
                [
                    SOAPElement("key", "-2"),
                    SOAPElement(
                        "backing", type: "VirtualDiskFlatVer2BackingInfo",
                        [
                            SOAPElement("fileName", "[\(datastore)]"), SOAPElement("diskMode", "persistent"),
                            SOAPElement("thinProvisioned", true),
                        ]),
                    SOAPElement("controllerKey", "-1"), SOAPElement("unitNumber", "0"),
                    SOAPElement("capacityInKB", "8192"),
                ]),
            add(
                "VirtualE1000",
                [
                    SOAPElement("key", "-3"),
                    SOAPElement(
                        "backing", type: "VirtualEthernetCardNetworkBackingInfo",
                        [SOAPElement("deviceName", "provider")]),
                    SOAPElement("addressType", "manual"), SOAPElement("macAddress", "fa:16:3e:00:00:01"),
                ]),
        ]
    }

    func runTask(
        _ name: StaticString, on object: ManagedObjectReference, _ arguments: [SOAPElement] = []
    ) async throws {
        try await perform("\(name)") { (session) throws(Trouble) -> Void in
            let method = VimMethod(name: name, this: object, arguments: arguments)
            let task = try await self.call(method, in: session).reference()
            _ = try await self.result(of: task, in: session)
        }
    }

    func devices(of machine: ManagedObjectReference) async throws -> [XMLElement] {
        try await perform("look at devices") { (session) throws(Trouble) in
            let query = PropertyQuery.object(machine, paths: ["config.hardware.device"])
            return try await self.retrieve(query, in: session).first?["config.hardware.device"]?.children ?? []
        }
    }

    /// Gives a machine's first disk a UUID, as Cinder does.
    func edit(_ disk: XMLElement, of machine: ManagedObjectReference, uuid: String) async throws {
        let label = [SOAPElement("label", "disk"), SOAPElement("summary", "disk")]
        try await change(
            machine, "edit",
            [
                SOAPElement("key", disk.child("key")?.text ?? ""),
                SOAPElement("deviceInfo", type: "Description", label),
                backing(disk.at("backing.fileName")?.text ?? "", [SOAPElement("uuid", uuid)]),
                SOAPElement("controllerKey", disk.child("controllerKey")?.text ?? ""), SOAPElement("unitNumber", "0"),
                SOAPElement("capacityInKB", "8192"),
            ])
    }

    /// Gives a machine a disk of another one, as Nova does.
    func attach(_ file: String, to machine: ManagedObjectReference) async throws {
        let controller = try await devices(of: machine).first { $0.type == "VirtualLsiLogicController" }
        try await change(
            machine, "add",
            [
                SOAPElement("key", "-100"), backing(file),
                SOAPElement("controllerKey", controller?.child("key")?.text ?? ""), SOAPElement("unitNumber", "1"),
                SOAPElement("capacityInKB", "8192"),
            ])
    }

    private func backing(_ file: String, _ more: [SOAPElement] = []) -> SOAPElement {
        SOAPElement(
            "backing", type: "VirtualDiskFlatVer2BackingInfo",
            [SOAPElement("fileName", file), SOAPElement("diskMode", "persistent")] + more)
    }

    private func change(
        _ machine: ManagedObjectReference, _ operation: String, _ disk: [SOAPElement]
    ) async throws {
        let change = [SOAPElement("operation", operation), SOAPElement("device", type: "VirtualDisk", disk)]
        try await runTask("ReconfigVM_Task", on: machine, [SOAPElement("spec", [SOAPElement("deviceChange", change)])])
    }
}

@Suite("Virtual machines of a vCenter", .needsSimulator)
struct VirtualMachineTests {
    static let uuid = "0e7b2c59-7f9e-4a52-b2fc-6d1a14e8f0a4"

    @Test("are found by instance UUID, with all that proves where they are")
    func found() async throws {
        try await Simulator.run { simulator in
            let connection = try await VCenterConnection.open(simulator.endpoint())
            let cluster = try #require(try await connection.inventory().clusters(named: "cluster_a").first)
            #expect(try await connection.virtualMachine(instanceUUID: Self.uuid) == nil)
            let made = try await connection.makeVirtualMachine(
                "vm <1>", instanceUUID: Self.uuid, in: cluster, datastore: "shared-1")
            #expect(try await connection.virtualMachine(instanceUUID: Self.uuid)?.powerState == "poweredOff")
            try await connection.runTask("PowerOnVM_Task", on: made)
            let vm = try #require(try await connection.virtualMachine(instanceUUID: Self.uuid.uppercased()))
            #expect(vm.reference == made)
            #expect(vm.name == "vm <1>")
            #expect(vm.instanceUUID == Self.uuid)
            #expect(vm.powerState == "poweredOn")
            #expect(vm.connectionState == "connected")
            #expect(vm.cluster == cluster.reference)
            #expect(vm.clusterName == "cluster_a")
            #expect(["127.77.0.51", "127.77.0.52"].contains(vm.hostName))
            #expect(vm.datastoreNames == ["shared-1"])
            #expect(vm.networkNames == ["provider"])
        }
    }

    @Test(
        "have what vCenter fills in and Nova needs for volumes: the unit of a SCSI controller, and a UUID for each disk file"
    )
    func filledIn() async throws {
        try await Simulator.run { simulator in
            let connection = try await VCenterConnection.open(simulator.endpoint())
            let cluster = try #require(try await connection.inventory().clusters(named: "cluster_a").first)
            let volume = try await connection.makeVirtualMachine(
                "volume", instanceUUID: Self.uuid, in: cluster, datastore: "shared-1")
            let disk = try #require(try await connection.devices(of: volume).first { $0.type == "VirtualDisk" })
            let file = try #require(disk.at("backing.fileName")?.text)
            let generated = try #require(disk.at("backing.uuid")?.text)
            #expect(UUID(uuidString: generated) != nil)
            try await connection.edit(disk, of: volume, uuid: Self.uuid)

            let instance = try await connection.makeVirtualMachine(
                "instance", instanceUUID: UUID().uuidString, in: cluster, datastore: "shared-1")
            try await connection.attach(file, to: instance)
            let devices = try await connection.devices(of: instance)
            let attached = devices.first { $0.at("backing.fileName")?.text == file }
            #expect(attached?.at("backing.uuid")?.text == Self.uuid)
            #expect(devices.compactMap { $0.child("scsiCtlrUnitNumber")?.text } == ["7"])
        }
    }

    @Test("are told with the files that their disks are made of and hang on")
    func diskFiles() async throws {
        let device = """
            <d xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="VirtualDisk"><backing>
            <fileName>[s] vm/a.vmdk</fileName><parent><fileName>[s] base/x.1.vmdk</fileName></parent></backing></d>
            """
        let disk = try XMLDecoder().decode(Data(device.utf8))
        #expect(VirtualDisk.files([disk, XMLElement(name: "d")]) == ["[s] vm/a.vmdk", "[s] base/x.1.vmdk"])
        try await Simulator.run { simulator in
            let connection = try await VCenterConnection.open(simulator.endpoint())
            let cluster = try #require(try await connection.inventory().clusters(named: "cluster_a").first)
            #expect(try await connection.diskFiles() == [:])
            _ = try await connection.makeVirtualMachine(
                "vm 1", instanceUUID: Self.uuid, in: cluster, datastore: "shared-1")
            let files = try await connection.diskFiles()
            #expect(files.values.map(\.self) == [["vm 1"]])
            #expect(files.keys.allSatisfy { $0.hasPrefix("[shared-1] vm 1/") }, "\(files)")
        }
    }

    @Test("have disks with controllers, and adapters with port groups")
    func devices() async throws {
        try await Simulator.run { simulator in
            let connection = try await VCenterConnection.open(simulator.endpoint())
            let cluster = try #require(try await connection.inventory().clusters(named: "cluster_b").first)
            _ = try await connection.makeVirtualMachine(
                "disky", instanceUUID: Self.uuid, in: cluster, datastore: "vmfs-cluster_b")
            let vm = try #require(try await connection.virtualMachine(instanceUUID: Self.uuid))
            let disk = try #require(vm.disks.first)
            #expect(vm.disks.count == 1)
            #expect(disk.capacity == 8 << 20)
            #expect(disk.controller == "VirtualLsiLogicController")
            #expect(disk.backing == "VirtualDiskFlatVer2BackingInfo")
            #expect(disk.fileName == "[vmfs-cluster_b] disky/disky.vmdk")
            #expect(disk.thinProvisioned == true)
            #expect(vm.networkAdapters.map(\.type) == ["VirtualE1000"])
            #expect(vm.networkAdapters.map(\.macAddress) == ["fa:16:3e:00:00:01"])
            #expect(vm.networkAdapters.map(\.deviceName) == ["provider"])
        }
    }

    @Test("are listed by cluster, found without the search index, and gone when they are destroyed")
    func listed() async throws {
        try await Simulator.run { simulator in
            let connection = try await VCenterConnection.open(simulator.endpoint())
            let inventory = try await connection.inventory()
            let a = try #require(inventory.clusters(named: "cluster_a").first)
            let b = try #require(inventory.clusters(named: "cluster_b").first)
            #expect(try await connection.virtualMachines(inCluster: a.reference).isEmpty)
            let made = try await connection.makeVirtualMachine(
                "one", instanceUUID: Self.uuid, in: a, datastore: "shared-1")
            let listed = try await connection.virtualMachines(inCluster: a.reference)
            #expect(listed.map(\.name) == ["one"])
            #expect(listed.map(\.instanceUUID) == [Self.uuid])
            #expect(try await connection.virtualMachines(inCluster: b.reference).isEmpty)
            let searched = try await connection.perform("search") { (session) throws(Trouble) in
                try await connection.searchedReferences(instanceUUID: Self.uuid, in: session)
            }
            #expect(searched == [made])
            try await connection.runTask("Destroy_Task", on: made)
            #expect(try await connection.virtualMachine(instanceUUID: Self.uuid) == nil)
            #expect(try await connection.virtualMachines(inCluster: a.reference).isEmpty)
        }
    }

    @Test("of one instance UUID are an error if there are two")
    func ambiguous() async throws {
        try await Simulator.run { simulator in
            let connection = try await VCenterConnection.open(simulator.endpoint())
            let cluster = try #require(try await connection.inventory().clusters.first)
            for name in ["one", "two"] {
                _ = try await connection.makeVirtualMachine(
                    name, instanceUUID: Self.uuid, in: cluster, datastore: "shared-1")
            }
            let error = try await #require(throws: VSphereError.self) {
                _ = try await connection.virtualMachine(instanceUUID: Self.uuid)
            }
            #expect(error.kind == .ambiguous)
        }
    }

    @Test("leave files that can be listed, and a task's fault has its name")
    func files() async throws {
        try await Simulator.run { simulator in
            let connection = try await VCenterConnection.open(simulator.endpoint())
            let inventory = try await connection.inventory()
            let cluster = try #require(inventory.clusters(named: "cluster_a").first)
            let datastore = try #require(inventory.datastores.first { $0.name == "shared-1" })
            #expect(try await connection.files(on: datastore) == [])
            let made = try await connection.makeVirtualMachine(
                "one", instanceUUID: Self.uuid, in: cluster, datastore: "shared-1")
            let root = try #require(try await connection.files(on: datastore))
            #expect(root.map(\.name) == ["one"])
            #expect(root.allSatisfy { $0.isDirectory && $0.size == nil && $0.modified != nil })
            let files = try #require(try await connection.files(on: datastore, in: "one"))
            #expect(files.contains { $0.name == "one.vmdk" && !$0.isDirectory })
            #expect(try await connection.files(on: datastore, in: "nowhere") == nil)
            try await connection.runTask("PowerOnVM_Task", on: made)
            let error = try await #require(throws: VSphereError.self) {
                try await connection.runTask("Destroy_Task", on: made)
            }
            #expect(error.kind == .fault("InvalidPowerState"))
        }
    }

    @Test("cannot be asked for where the cluster is gone")
    func missingCluster() async throws {
        try await Simulator.run { simulator in
            let connection = try await VCenterConnection.open(simulator.endpoint())
            let error = try await #require(throws: VSphereError.self) {
                _ = try await connection.virtualMachines(
                    inCluster: ManagedObjectReference(type: "ClusterComputeResource", value: "domain-c<none>"))
            }
            #expect(error.kind == .objectNotFound)
            #expect(error.doing == "list the virtual machines of domain-c<none>")
        }
    }
}
