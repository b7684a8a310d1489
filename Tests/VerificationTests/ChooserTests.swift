import Foundation
import OpenStack
import Testing
import Topology

@testable import Verification

@Suite("what an instance is made of")
struct ChooserTests {
    private func chooser(
        images: String = "[]", flavors: String = "[]", networks: String = "[]", subnets: String = "[]",
        change: (inout Target) -> Void = { _ in }
    ) throws -> Chooser {
        var overview = CloudOverview()
        overview.images = try Recorded.decode([OpenStack.Image].self, images)
        overview.flavors = try Recorded.decode([OpenStack.Flavor].self, flavors)
        overview.networks = try Recorded.decode([OpenStack.Network].self, networks)
        overview.subnets = try Recorded.decode([OpenStack.Subnet].self, subnets)
        overview.project = "mine"
        var target = Target(cloud: "c")
        change(&target)
        return Chooser(overview: overview, target: target, images: nil)
    }

    private static let images = """
        [{"id": "1", "name": "win", "status": "active", "disk_format": "qcow2", "size": 900, "img_hv_type": "hyperv"},
         {"id": "2", "name": "debian", "status": "active", "disk_format": "qcow2", "size": 300, "min_ram": 512},
         {"id": "3", "name": "ours", "status": "active", "disk_format": "qcow2", "size": 800, "polyvisor_guest": "tiny"},
         {"id": "7", "name": "sent", "status": "active", "disk_format": "qcow2", "size": 200, "polyvisor_sha256": "x"},
         {"id": "4", "name": "half", "status": "saving", "disk_format": "vmdk"},
         {"id": "5", "name": "esx", "status": "active", "disk_format": "vmdk", "size": 70, "img_hv_type": "vmware"},
         {"id": "6", "name": "cont", "status": "active", "disk_format": "raw", "size": 5, "img_hv_type": "lxc"}]
        """

    @Test("an image of ours goes first, others by their size, each for its kind")
    func images() throws {
        let all = try chooser(images: Self.images)
        #expect(all.found(for: .libvirt)?.name == "ours")
        #expect(all.found(for: .vmware)?.name == "esx")
        #expect(all.found(for: .lxc)?.name == "cont")
        #expect(all.hasOwn(.libvirt) && !all.hasOwn(.vmware))
    }

    @Test(
        "a lab's hypervisor boots the image that verify names, or the first that is for its kind; only the tiny guest proves itself"
    )
    func imagesOfLab() throws {
        let text = """
            lab: two
            release: zed
            defaults: { ssh: { user: root, identity_file: key }, physical_interfaces: { physnet1: eth1 } }
            nodes:
              controller: { address: 10.0.0.1, roles: [controller, network] }
              kvm1: { address: 10.0.0.2, roles: [compute], hypervisor: kvm }
            networks:
              management: { cidr: 10.0.0.0/24 }
              provider: { type: flat, physical_network: physnet1, cidr: 198.51.100.0/24 }
            flavors: { tiny: { vcpus: 1, ram_mb: 128, disk_gb: 1 } }
            images:
              esx: { builtin: tiny-guest, hypervisors: [vmware] }
              other: { builtin: tiny-guest, hypervisors: [kvm] }
              own: { file: own.qcow2, hypervisors: [qemu] }
            verify: { image: own, flavor: tiny, network: provider }
            """
        let lab = try Lab.read(text: Array(text.utf8), file: "two.yaml").lab
        #expect(lab.image(for: .libvirt)?.name == "own" && lab.image(for: .libvirt)?.source == .file("own.qcow2"))
        #expect(lab.image(for: .vmware)?.name == "esx" && lab.image(for: .vmware)?.source == .tinyGuest)
        #expect(lab.image(for: .lxc) == nil)
        let images = Verification.Images(of: lab)
        #expect([images.libvirt, images.vmware, images.lxc] == ["own-qcow2", "esx-vmdk", "own-lxc"])
    }

    @Test("the smallest flavor without extra specs that holds the image")
    func flavor() throws {
        let all = try chooser(
            flavors: """
                [{"id": "a", "name": "nano", "vcpus": 1, "ram": 64, "disk": 1},
                 {"id": "b", "name": "pinned", "vcpus": 1, "ram": 128, "disk": 1, "extra_specs": {"hw:cpu_policy": "x"}},
                 {"id": "c", "name": "small", "vcpus": 1, "ram": 512, "disk": 5},
                 {"id": "d", "name": "micro", "vcpus": 1, "ram": 128, "disk": 1}]
                """)
        #expect(try all.flavor(for: nil).name == "micro")
        let image = try Recorded.decode(
            OpenStack.Image.self, #"{"id": "2", "status": "active", "min_ram": 256, "virtual_size": 3221225472}"#)
        #expect(try all.flavor(for: image).name == "small")
        #expect(throws: CheckFailure.self) { try chooser().flavor(for: nil) }
    }

    @Test("a network with DHCP that is ours or shared; for vSphere no overlay")
    func network() throws {
        let all = try chooser(
            networks: """
                [{"id": "1", "name": "alien", "shared": false, "project_id": "other", "provider:network_type": "flat"},
                 {"id": "2", "name": "public", "shared": true, "router:external": true, "provider:network_type": "flat"},
                 {"id": "3", "name": "a-tenant", "shared": false, "project_id": "mine", "provider:network_type": "vxlan"},
                 {"id": "4", "name": "bare", "shared": true, "provider:network_type": "flat"},
                 {"id": "5", "name": "provider", "shared": true, "provider:network_type": "vlan"}]
                """,
            subnets: """
                [{"id": "1", "name": "", "cidr": "x", "network_id": "1"}, {"id": "2", "name": "", "cidr": "x", "network_id": "2"},
                 {"id": "3", "name": "", "cidr": "x", "network_id": "3"},
                 {"id": "4", "name": "", "cidr": "x", "network_id": "4", "enable_dhcp": false},
                 {"id": "5", "name": "", "cidr": "x", "network_id": "5"}]
                """)
        #expect(try all.network(for: .libvirt, on: "h").name == "provider")
        #expect(try all.network(for: .vmware, on: "h").name == "provider")
        let none = try chooser()
        #expect(throws: CheckFailure.self) { try none.network(for: .libvirt, on: "h") }
    }

    @Test("an external network goes last, and without admin rights only one that is shared goes at all; why is told")
    func external() throws {
        var all = try chooser(
            networks: """
                [{"id": "1", "name": "out", "shared": false, "project_id": "other", "router:external": true,
                  "provider:network_type": "flat", "provider:physical_network": "physnet1"},
                 {"id": "2", "name": "six", "shared": true}]
                """,
            subnets: """
                [{"id": "1", "name": "", "cidr": "192.0.2.0/24", "network_id": "1"},
                 {"id": "2", "name": "", "cidr": "2001:db8::/64", "network_id": "2"}]
                """)
        let out = try all.network(for: .libvirt, on: "h")
        #expect(out.name == "out" && all.reason(for: out) == "external, flat physnet1, DHCP on 192.0.2.0/24")
        all.overview.isAdmin = false
        let failure = #expect(throws: CheckFailure.self) { try all.network(for: .libvirt, on: "h") }
        #expect(
            failure?.reason.hasSuffix(": out is another project's, six has no subnet of IPv4 with DHCP") == true)
        all.overview.isAdmin = true
        all.overview.networks += try Recorded.decode(
            [OpenStack.Network].self,
            #"[{"id": "3", "name": "z", "shared": false, "project_id": "mine", "provider:network_type": "vxlan"}]"#)
        all.overview.subnets += try Recorded.decode(
            [OpenStack.Subnet].self, #"[{"id": "3", "name": "", "cidr": "10.0.0.0/24", "network_id": "3"}]"#)
        let own = try all.network(for: .libvirt, on: "h")
        #expect(own.name == "z" && all.reason(for: own) == "the project's own, vxlan, DHCP on 10.0.0.0/24")
    }

    @Test("a physical network only where the host is attached to it, as far as its agent tells")
    func physicalNetworks() throws {
        var all = try chooser(
            networks: """
                [{"id": "1", "name": "lan", "shared": true, "provider:network_type": "flat",
                  "provider:physical_network": "physnet1"},
                 {"id": "2", "name": "overlay", "shared": true, "provider:network_type": "vxlan"}]
                """,
            subnets: """
                [{"id": "1", "name": "", "cidr": "x", "network_id": "1"},
                 {"id": "2", "name": "", "cidr": "x", "network_id": "2"}]
                """)
        all.overview.agents = try Recorded.decode(
            [NetworkAgent].self,
            """
            [{"binary": "neutron-dhcp-agent", "host": "kvm1", "alive": true, "configurations": {"networks": 2}},
             {"binary": "neutron-linuxbridge-agent", "host": "kvm1", "alive": true,
              "configurations": {"interface_mappings": {}}},
             {"binary": "neutron-openvswitch-agent", "host": "kvm2", "alive": true,
              "configurations": {"bridge_mappings": {"physnet1": "br-ex"}}},
             {"binary": "ovn-controller", "host": "kvm3", "alive": true,
              "configurations": {"bridge-mappings": "physnet1:br-ex"}}]
            """)
        #expect(try all.network(for: .libvirt, on: "kvm1").name == "overlay")
        for host in ["kvm2", "kvm3", "kvm4"] {
            #expect(try all.network(for: .libvirt, on: host).name == "lan", "\(host)")
        }
        #expect(try all.network(for: .vmware, on: "cluster-one").name == "lan")
    }

    @Test("a name that the cloud does not have is told")
    func names() throws {
        let all = try chooser(images: Self.images) { $0.image = "nope" }
        #expect {
            try all.ingredients(for: Subject(host: "h", node: nil, driver: .host(.qemu)))
        } throws: {
            "\($0)" == "Glance: has no image nope; look at `openstack image list`"
        }
    }
}
