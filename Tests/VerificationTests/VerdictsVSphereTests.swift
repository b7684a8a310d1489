import Testing

@testable import VSphere
@testable import Verification

@Suite("what a vCenter shows")
struct VerdictsVSphereTests {
    private func vm(
        power: String = "poweredOn", connection: String = "connected", cluster: String? = "cluster_a",
        datastores: [String] = ["shared-1"], networks: [String] = ["VM Network"], mac: String = "FA:16:3e:00:00:01"
    ) -> VirtualMachine {
        VirtualMachine(
            reference: ManagedObjectReference(type: "VirtualMachine", value: "vm-1"), name: "i", instanceUUID: "u",
            powerState: power, connectionState: connection, host: nil, hostName: "10.77.0.51", cluster: nil,
            clusterName: cluster, datastoreNames: datastores, networkNames: networks, disks: [],
            networkAdapters: [
                VirtualEthernetCard(
                    key: 4000, type: "VirtualE1000", macAddress: mac, deviceName: nil, portgroupKey: nil)
            ])
    }

    private func reason(_ verdict: CheckVerdict) -> String? { verdict.failure?.reason }

    @Test("power and connection")
    func power() {
        #expect(CheckVerdict.vmPower(vm(), vcenter: "vc1") == .passed("on ESXi 10.77.0.51"))
        #expect(reason(.vmPower(vm(power: "poweredOff"), vcenter: "vc1")) == "vc1: the VM i is poweredOff")
        #expect(reason(.vmPower(vm(connection: "orphaned"), vcenter: "vc1")) == "vc1: the VM i is orphaned")
    }

    @Test("cluster")
    func cluster() {
        #expect(CheckVerdict.vmCluster(vm(), cluster: "cluster_a", vcenter: "vc1") == .passed("cluster_a"))
        #expect(
            reason(.vmCluster(vm(), cluster: "cluster_b", vcenter: "vc1"))
                == "vc1: the VM i is in cluster cluster_a; it should be in cluster_b")
        #expect(
            reason(.vmCluster(vm(cluster: nil), cluster: "cluster_b", vcenter: "vc1"))
                == "vc1: the VM i is in no cluster; it should be in cluster_b")
    }

    @Test(
        "datastores that the expression matches at their start",
        arguments: [
            ("^shared-", true), ("shared", true), ("hared", false), ("local-.*|shared-.*", true), ("^x", false),
        ])
    func datastore(_ regex: String, _ passes: Bool) {
        #expect(CheckVerdict.vmDatastore(vm(), regex: regex, vcenter: "vc1").isPassed == passes)
        #expect((CheckVerdict.vmDatastore(vm(), regex: regex, vcenter: "vc1").failure == nil) == passes)
    }

    @Test("every datastore counts, none is wrong, and without an expression any will do")
    func datastores() {
        let two = vm(datastores: ["shared-1", "local-1"])
        #expect(
            reason(.vmDatastore(two, regex: "^shared-", vcenter: "vc1"))
                == "vc1: the VM i is on datastore local-1, which datastore_regex \"^shared-\" does not match")
        #expect(CheckVerdict.vmDatastore(two, regex: nil, vcenter: "vc1") == .passed("shared-1, local-1"))
        #expect(
            reason(.vmDatastore(vm(datastores: []), regex: nil, vcenter: "vc1")) == "vc1: the VM i is on no datastore")
        #expect(CheckVerdict.vmDatastore(two, regex: "(", vcenter: "vc1").isSkipped)
    }

    @Test("network by its port group")
    func network() {
        func verdict(_ vm: VirtualMachine) -> CheckVerdict { .vmNetwork(vm, portGroup: "VM Network", vcenter: "vc1") }
        #expect(verdict(vm()) == .passed("VM Network, VirtualE1000"))
        #expect(reason(verdict(vm(networks: ["VM Network 2"])))?.contains("VM Network 2, not to VM Network") == true)
        #expect(reason(verdict(vm(networks: [])))?.contains("no network") == true)
        var bare = vm()
        bare = VirtualMachine(
            reference: bare.reference, name: "i", instanceUUID: "u", powerState: "poweredOn",
            connectionState: "connected", host: nil, hostName: nil, cluster: nil, clusterName: nil, datastoreNames: [],
            networkNames: ["VM Network"], disks: [], networkAdapters: [])
        #expect(reason(verdict(bare)) == "vc1: the VM i has no network adapter")
    }
}
