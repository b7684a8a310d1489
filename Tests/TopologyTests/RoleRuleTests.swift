import Testing

@testable import Topology

extension Fault {
    private static let kvm = "kvm1: { address: 10.77.0.21, roles: [compute], hypervisor: kvm, group: fast }"

    static let roles = [
        Fault(
            name: "two controllers without an address for both", old: kvm,
            new: "§kvm1: { address: 10.77.0.21, roles: [controller, compute], hypervisor: kvm, group: fast }",
            what: ["node \"kvm1\" is a second controller, and there is no \"api_address\""]),
        Fault(
            name: "an address of one controller", old: "provider: sandbox\n",
            new: "provider: sandbox\napi_address: §10.77.0.10\n",
            what: ["api_address is the address of node \"controller\""]),
        Fault(
            name: "an api_address elsewhere", old: "provider: sandbox\n",
            new: "provider: sandbox\napi_address: §10.99.0.10\n",
            what: ["api_address 10.99.0.10 is not in the management network 10.77.0.0/24"]),
        Fault(
            name: "an api_address that a machine has",
            sample: Sample.sandbox.replacing(kvm, with: kvm.replacing("[compute]", with: "[controller, compute]")),
            old: "provider: sandbox\n", new: "provider: sandbox\napi_address: §10.77.0.50\n",
            what: ["api_address 10.77.0.50 is the address of vcenter \"vc1\" at 15:14 already"]),
        Fault(
            name: "volumes on a node without storage", old: "hypervisor: kvm,",
            new: "hypervisor: kvm, volume_group: §vg,",
            what: ["node \"kvm1\" keeps volumes but has not the role storage"]),
        Fault(
            name: "volumes of no vcenter", old: "roles: [controller, network] }",
            new: "roles: [controller, network, storage], volume_backends: [lvm, §vc2] }",
            what: ["there is no vcenter \"vc2\""]),
        Fault(
            name: "no volume backend", old: "roles: [controller, network] }",
            new: "roles: [controller, network, storage], volume_backends: §[] }",
            what: ["node \"controller\" needs at least one volume backend"]),
        Fault(
            name: "a volume backend twice", old: "roles: [controller, network] }",
            new: "roles: [controller, network, storage], volume_backends: [lvm, §lvm] }",
            what: ["volume backend \"lvm\" stands here twice"]),
        Fault(
            name: "a datastore with a colon", old: "    datacenter: dc1\n",
            new: "    datacenter: dc1\n    image_datastores: [§'a:b']\n",
            what: ["\"a:b\" is no datastore: colons are not allowed"]),
        Fault(
            name: "an option that is a mapping", old: "DEFAULT: { debug: true }",
            new: "DEFAULT: { debug: §{ appended: [a] } }",
            what: ["expected a value, a list of values or { append: … }, found a mapping"]),
        Fault(
            name: "a group named as a node", sample: Sample.sandbox.replacing("fast", with: "kvm1"),
            old: "compute: { DEFAULT", new: "§kvm1: { DEFAULT",
            what: ["\"kvm1\" is the name of a group, too; it is taken for the group"], severity: .warning),
    ]
}

@Suite("roles, groups and layers")
struct RoleTests {
    private func changed(_ old: String, _ new: String) throws -> Lab {
        try lab(Sample.sandbox.replacing(old, with: new))
    }

    @Test("the first storage node also serves the vCenters' datastores, unless it says what it serves")
    func backends() throws {
        let silent = try changed("[controller, network] }", "[controller, network, storage] }")
        #expect(silent.volumeBackends(of: silent.nodes[0]) == [.lvm, .vcenter("vc1")])
        #expect(silent.volumeBackends(of: silent.nodes[1]) == [])
        let told = try changed(
            "[controller, network] }", "[controller, network, storage], volume_backends: [vc1], volume_group: vg0 }")
        #expect(told.volumeBackends(of: told.nodes[0]) == [.vcenter("vc1")])
        #expect(told.nodes[0].volumeGroup == "vg0")
    }

    @Test("nodes of a sandbox share a folder of instances where the lab says so, those with KVM or QEMU")
    func sharedInstances() throws {
        let shared = try changed("provider: sandbox\n", "provider: sandbox\nshared_instances_path: true\n")
        #expect(shared.nodes.filter(shared.sharesInstancesPath).map(\.name) == ["kvm1"])
        #expect(try !lab(Sample.sandbox).sharesInstancesPath)
    }

    @Test("instances move between nodes with KVM and QEMU alone")
    func moves() throws {
        let one = try lab(Sample.sandbox)
        #expect(one.nodes.filter(one.movesInstances).isEmpty)
        let two = try changed("hypervisor: vmware, clusters: [vc1/a, vc1/b]", "hypervisor: qemu")
        #expect(two.nodes.filter(two.movesInstances).map(\.name) == ["kvm1", "vmware1"])
    }

    @Test("several controllers share an address")
    func controllers() throws {
        let text = Sample.sandbox.replacing(
            "roles: [compute], hypervisor: kvm", with: "roles: [all_in_one], hypervisor: kvm"
        )
        .replacing(
            "provider: sandbox\n", with: "provider: sandbox\nmechanism_driver: openvswitch\napi_address: 10.77.0.5\n")
        let lab = try lab(text)
        #expect(lab.controllers.map(\.name) == ["controller", "kvm1"])
        #expect(lab.apiAddress == IPv4Address("10.77.0.5") && lab.mechanismDriver == .openvswitch)
        #expect(lab.nodes[1].group == "fast")
    }

    @Test("overrides set, append, replace a section or take a whole file")
    func effects() throws {
        let lab = try changed(
            "compute: { DEFAULT: { debug: true } }",
            """
            fast: { vmware: { replace: { host_port: 1 } }, DEFAULT: { a: { append: [x, y] }, b: [1, 2] } }
                kvm1: files/own.conf
            """.replacing("\n    ", with: ", "))
        let told = lab.overrides.map { "\($0.scope) [\($0.section)] \($0.option) \($0.values) \($0.effect)" }
        #expect(
            told == [
                "fast [vmware]  [] clear", "fast [vmware] host_port [\"1\"] set",
                "fast [DEFAULT] a [\"x\", \"y\"] append", "fast [DEFAULT] b [\"1\", \"2\"] set",
                "kvm1 []  [\"files/own.conf\"] file",
            ])
    }
}
