import Testing

@testable import Topology

@Suite("Rules")
struct RuleTests {
    @Test("the samples themselves are faultless", arguments: [Sample.sandbox, Sample.ssh])
    func samples(_ text: String) { #expect(problems(of: text).description == "") }

    @Test("about nodes point at what has to change", arguments: Fault.nodes)
    func nodes(_ fault: Fault) { fault.expect() }

    @Test("about addresses point at what has to change", arguments: Fault.addresses)
    func addresses(_ fault: Fault) { fault.expect() }

    @Test("about vCenters point at what has to change", arguments: Fault.vcenters)
    func vcenters(_ fault: Fault) { fault.expect() }

    @Test("about networks point at what has to change", arguments: Fault.networks)
    func networks(_ fault: Fault) { fault.expect() }

    @Test("about images, flavors, verification and overrides point at what has to change", arguments: Fault.resources)
    func resources(_ fault: Fault) { fault.expect() }

    @Test("about roles and layers point at what has to change", arguments: Fault.roles)
    func roles(_ fault: Fault) { fault.expect() }

    @Test("are each shown to find something by one of these faults")
    func everyRuleHasAFault() throws {
        let faults = Fault.nodes + Fault.addresses + Fault.vcenters + Fault.networks + Fault.resources + Fault.roles
        let texts =
            faults.map { MarkedText($0.sample.replacing($0.old, with: $0.new)).text } + InterfaceFault.all.map(\.text)
            + InterfaceKindTests.faults + (try TrafficTests.faults())
            + [try fieldCase("r27").replacing("first: 192.0.2.224", with: "first: 192.0.2.5")]
        let drafts = texts.compactMap { text -> Draft? in
            let log = ProblemLog(Source(bytes: text.utf8, file: "lab.yaml"))
            return YAMLComposer.compose(log.source, log).map(DraftReader(log).draft)
        }
        for (index, rule) in Rules.all.enumerated() {
            #expect(drafts.contains { !rule($0).isEmpty }, "no fault triggers rule \(index)")
        }
    }
}

private let kvm1 = "  kvm1: { address: 10.77.0.21, roles: [compute], hypervisor: kvm, group: fast }\n"
private let provider =
    "  provider: { type: flat, physical_network: physnet1, cidr: 10.78.0.0/24, port_group: VM Network }"

extension Fault {
    static let nodes = [
        Fault(
            name: "a shared folder of machines that exist", sample: Sample.ssh, old: "lab: sample\n",
            new: "lab: sample\nshared_instances_path: §true\n",
            what: ["\"shared_instances_path\" is what a sandbox makes"]),
        Fault(
            name: "no nodes",
            sample:
                "lab: a\nrelease: zed\nprovider: sandbox\nnodes: {}\nnetworks:\n  management: { cidr: 10.1.0.0/24 }\n  n: { type: vxlan, cidr: 10.2.0.0/24 }\n",
            old: "{}", new: "§{}", what: ["the lab has no nodes"]),
        Fault(
            name: "no controller", old: "nodes:\n  controller: { address: 10.77.0.10, roles: [controller, network] }",
            new: "nodes:\n  §controller: { address: 10.77.0.10, roles: [storage, network] }",
            what: ["no node has the role controller"]),
        Fault(
            name: "no network node", old: "nodes:\n  controller: { address: 10.77.0.10, roles: [controller, network] }",
            new: "nodes:\n  §controller: { address: 10.77.0.10, roles: [controller] }",
            what: ["no node has the role network"]),
        Fault(
            name: "no compute node",
            sample:
                "lab: a\nrelease: zed\nprovider: sandbox\nnodes:\n  c: { address: 10.1.0.2, roles: [controller, network] }\nnetworks:\n  management: { cidr: 10.1.0.0/24 }\n  n: { type: vxlan, cidr: 10.2.0.0/24 }\n",
            old: "  c:", new: "  §c:", what: ["no node has the role compute"]),
        Fault(
            name: "compute without hypervisor",
            old: "  kvm1: { address: 10.77.0.21, roles: [compute], hypervisor: kvm,",
            new: "  §kvm1: { address: 10.77.0.21, roles: [compute],",
            what: ["node \"kvm1\" has the role compute and no \"hypervisor\""]),
        Fault(
            name: "all_in_one without hypervisor", old: "roles: [controller, network] }\n\(kvm1)",
            new: "roles: [controller, network] }\n  §kvm1: { address: 10.77.0.21, roles: [all_in_one] }\n",
            what: [
                "node \"kvm1\" has the role compute and no \"hypervisor\"",
                "node \"kvm1\" is a second controller, and there is no \"api_address\"",
            ], places: ["10:3", "10:3"]),
        Fault(
            name: "hypervisor without compute", old: "roles: [controller, network] }",
            new: "roles: [controller, network], hypervisor: §kvm }",
            what: ["node \"controller\" has a hypervisor but not the role compute"]),
        Fault(
            name: "clusters without vmware", old: "hypervisor: kvm,", new: "hypervisor: kvm, clusters: §[],",
            what: ["node \"kvm1\" has clusters, but its hypervisor is kvm"]),
        Fault(
            name: "clusters without hypervisor", old: "roles: [controller, network] }",
            new: "roles: [controller, network], clusters: §[] }",
            what: ["node \"controller\" has clusters but no hypervisor"]),
        Fault(
            name: "vmware without clusters", old: "hypervisor: kvm,", new: "hypervisor: §vmware,",
            what: ["node \"kvm1\" drives vmware but names no \"clusters\""]),
        Fault(
            name: "esxi without address", old: "hypervisor: kvm,", new: "hypervisor: §vmware_esx,",
            what: ["node \"kvm1\" drives an ESXi host and has no \"esxi_address\""]),
        Fault(
            name: "address of an ESXi that is not driven", old: "hypervisor: kvm,",
            new: "hypervisor: kvm, esxi_address: §10.77.0.99,",
            what: ["esxi_address is for hypervisor: vmware_esx, not for kvm"]),
        Fault(
            name: "undefined group", old: "group: fast }", new: "group: §fats }", what: ["there is no group \"fats\""]),
        Fault(
            name: "ssh without key", sample: Sample.ssh,
            old:
                "  ssh: { identity_file: ~/.ssh/id_ed25519 }\n  physical_interfaces: { physnet1: eth1 }\ngroups:\n  fast: { availability_zone: fast }\nnodes:\n  controller: { address: 10.77.0.10,",
            new:
                "  physical_interfaces: { physnet1: eth1 }\ngroups:\n  fast: { ssh: { identity_file: a } }\nnodes:\n  vmware0: { ssh: { identity_file: b }, address: 10.77.0.9, roles: [storage] }\n  §controller: { address: 10.77.0.10,",
            what: ["node \"controller\" has no ssh identity_file", "node \"vmware1\" has no ssh identity_file"],
            places: ["10:3", "12:3"]),
    ]

    static let addresses = [
        Fault(
            name: "two nodes", old: "address: 10.77.0.21", new: "address: §10.77.0.10",
            what: ["10.77.0.10 is the address of node \"controller\" at 9:26 already"]),
        Fault(
            name: "node and vcenter", old: "address: 10.77.0.50", new: "address: §10.77.0.31",
            what: ["10.77.0.31 is the address of node \"vmware1\" at 11:23 already"]),
        Fault(
            name: "vcenter and host", old: "hosts: [10.77.0.61]", new: "hosts: [§10.77.0.50, §10.77.0.51]",
            what: [
                "10.77.0.50 is the address of vcenter \"vc1\" at 14:14 already",
                "10.77.0.51 is the address of a host of cluster \"a\" at 18:20 already",
            ]),
        Fault(
            name: "node elsewhere", old: "10.77.0.21", new: "§10.79.0.21",
            what: ["10.79.0.21 is not in the management network 10.77.0.0/24"]),
        Fault(
            name: "the network", old: "10.77.0.21", new: "§10.77.0.0",
            what: ["10.77.0.0 is the network's own address, not a host's"]),
        Fault(
            name: "the broadcast", old: "10.77.0.21", new: "§10.77.0.255",
            what: ["10.77.0.255 is the network's broadcast address"]),
        Fault(
            name: "the bridge", old: "10.77.0.21", new: "§10.77.0.1",
            what: ["10.77.0.1 is the sandbox's bridge on this machine"]),
        Fault(
            name: "a sandbox's vCenter by name", old: "address: 10.77.0.50", new: "address: §vc.example.org",
            what: ["a sandbox makes its vCenter at an IPv4 address, not at \"vc.example.org\""]),
        Fault(
            name: "a sandbox's host elsewhere", old: "hosts: [10.77.0.61]", new: "hosts: [§10.70.0.61]",
            what: ["10.70.0.61 is not in the management network 10.77.0.0/24"]),
    ]

    static let vcenters = [
        Fault(
            name: "undefined vcenter", old: "[vc1/a, vc1/b]", new: "[vc1/a, vc1/b, §vc2/b]",
            what: ["there is no vcenter \"vc2\""]),
        Fault(
            name: "undefined cluster", old: "[vc1/a, vc1/b]", new: "[vc1/a, vc1/b, §vc1/c]",
            what: ["vcenter \"vc1\" has no cluster \"c\""]),
        Fault(
            name: "cluster of two nodes", old: "  vmware1: {",
            new:
                "  vmware0: { address: 10.77.0.30, roles: [compute], hypervisor: vmware, clusters: [vc1/b] }\n  vmware1: {",
            what: ["cluster \"vc1/b\" is driven by node \"vmware0\" at 11:84 already"], places: ["12:91"]),
        Fault(
            name: "cluster without node",
            old:
                "[vc1/a, vc1/b] }\nvcenters:\n  vc1:\n    address: 10.77.0.50\n    username: nova\n    datacenter: dc1\n    clusters:\n      a:",
            new:
                "[vc1/b] }\nvcenters:\n  vc1:\n    address: 10.77.0.50\n    username: nova\n    datacenter: dc1\n    clusters:\n      §a:",
            what: ["no node drives cluster \"vc1/a\""], severity: .warning),
        Fault(
            name: "two keys for one cluster", old: "b: { hosts", new: "b: { cluster_name: §a, hosts",
            what: ["cluster \"a\" of vcenter \"vc1\" stands at 18:7 already"]),
        Fault(
            name: "node named as a cluster's service", old: "nodes:\n",
            new: "nodes:\n  vmware1-a: { address: 10.77.0.9, roles: [storage] }\n",
            what: ["nova-compute for this cluster would be called \"vmware1-a\", as a node is"], places: ["12:84"]),
        Fault(
            name: "two ways to trust", old: "datacenter: dc1",
            new: "datacenter: dc1\n    ca_file: a\n    thumbprint: §\(String(repeating: "a1", count: 32))",
            what: ["vcenter \"vc1\" has thumbprint and ca_file"]),
        Fault(
            name: "insecure", old: "datacenter: dc1", new: "datacenter: dc1\n    insecure: §true",
            what: ["the certificate of vcenter \"vc1\" is not verified"], severity: .warning),
        Fault(
            name: "ssh without password", sample: Sample.ssh,
            old: "  vc1:\n    address: 10.77.0.50\n    username: nova\n    password: { env: VC1 }\n",
            new: "  §vc1:\n    address: 10.77.0.50\n    username: nova\n", what: ["vcenter \"vc1\" has no \"password\""]
        ),
        Fault(
            name: "ssh with hosts", sample: Sample.ssh, old: "      b:", new: "      b: { hosts: §[10.77.0.61] }",
            what: ["hosts of cluster \"b\" cannot be given: the vCenter knows its own"]),
        Fault(
            name: "sandbox without hosts", old: "      b: { hosts: [10.77.0.61] }", new: "      §b:",
            what: ["cluster \"b\" has no \"hosts\""]),
        Fault(
            name: "sandbox with an empty list of hosts", old: "      b: { hosts: [10.77.0.61] }",
            new: "      b: { hosts: §[] }",
            what: ["cluster \"b\" needs at least one host"]),
    ]

    static let networks = [
        Fault(
            name: "no network", old: "networks:\n  management: { cidr: 10.77.0.0/24 }\n\(provider)\n",
            new: "networks:\n  §management: { cidr: 10.77.0.0/24 }\n", what: ["there is no network for instances"]),
        Fault(
            name: "flat without physical network", old: "  provider: { type: flat, physical_network: physnet1,",
            new: "  §provider: { type: flat,",
            what: ["network \"provider\" of type flat has no \"physical_network\""]),
        Fault(
            name: "vlan without vlan", old: "  provider: { type: flat,", new: "  §provider: { type: vlan,",
            what: ["network \"provider\" of type vlan has no \"vlan\""]),
        Fault(
            name: "flat with vlan", old: "type: flat,", new: "type: flat, vlan: §7,",
            what: ["network \"provider\" of type flat cannot have a \"vlan\""]),
        Fault(
            name: "vxlan with what it cannot have", old: provider,
            new:
                "\(provider)\n  inner: { type: vxlan, cidr: 10.79.0.0/24, physical_network: §physnet1, port_group: §dv }",
            what: [
                "network \"inner\" of type vxlan cannot have a \"physical_network\"",
                "network \"inner\" of type vxlan cannot have a \"port_group\"",
            ]),
        Fault(
            name: "one segment twice", old: provider,
            new: "\(provider)\n  second: { type: flat, physical_network: §physnet1, cidr: 10.79.0.0/24 }",
            what: ["the untagged segment of physnet1 belongs to network \"provider\" at 22:3 already"]),
        Fault(
            name: "one VLAN twice", old: provider,
            new:
                "\(provider)\n  v1: { type: vlan, vlan: 7, physical_network: physnet1, cidr: 10.79.0.0/24 }\n  v2: { type: vlan, vlan: §7, physical_network: physnet1, cidr: 10.80.0.0/24 }",
            what: ["vlan 7 of physnet1 belongs to network \"v1\" at 23:3 already"]),
        Fault(
            name: "overlap", old: provider, new: "\(provider)\n  wide: { type: vxlan, cidr: §10.78.0.0/16 }",
            what: ["10.78.0.0/16 overlaps 10.78.0.0/24, which is network \"provider\" at 22:61"]),
        Fault(
            name: "overlap with management", old: "cidr: 10.78.0.0/24", new: "cidr: §10.77.0.128/25",
            what: ["10.77.0.128/25 overlaps 10.77.0.0/24, which is network \"management\" at 21:23"]),
        Fault(
            name: "gateway elsewhere", old: "cidr: 10.78.0.0/24", new: "cidr: 10.78.0.0/24, gateway: §10.79.0.1",
            what: ["gateway 10.79.0.1 is not in the network 10.78.0.0/24"]),
        Fault(
            name: "pool elsewhere and backwards", old: "cidr: 10.78.0.0/24",
            new: "cidr: 10.78.0.0/24, allocation_pool: { first: §10.79.0.9, last: §10.78.0.5 }",
            what: [
                "first address 10.79.0.9 is not in the network 10.78.0.0/24",
                "the pool's last address 10.78.0.5 comes before its first, 10.79.0.9",
            ]),
        Fault(
            name: "gateway in the pool", old: "cidr: 10.78.0.0/24",
            new: "cidr: 10.78.0.0/24, gateway: §10.78.0.7, allocation_pool: { first: 10.78.0.5, last: 10.78.0.9 }",
            what: ["gateway 10.78.0.7 lies in the allocation_pool"]),
        Fault(
            name: "name server without a way", old: "cidr: 10.78.0.0/24",
            new: "cidr: 10.78.0.0/24, dns_servers: [10.78.0.2, §192.0.2.53]",
            what: ["name server 192.0.2.53 is not in the network 10.78.0.0/24, which has no gateway"],
            severity: .warning),
        Fault(
            name: "no interface",
            old:
                "  physical_interfaces: { physnet1: eth1 }\ngroups:\n  fast: { availability_zone: fast }\nnodes:\n  controller: { address: 10.77.0.10, roles: [controller, network] }\n  kvm1:",
            new:
                "  availability_zone: a\ngroups:\n  fast: { physical_interfaces: { other: eth2 } }\nnodes:\n  §controller: { address: 10.77.0.10, roles: [controller, network] }\n  §kvm1:",
            what: [
                "node \"controller\" has no interface for physical network \"physnet1\"",
                "node \"kvm1\" has no interface for physical network \"physnet1\"",
            ]),
        Fault(
            name: "vmware without port group",
            old:
                "hypervisor: vmware, clusters: [vc1/a, vc1/b] }\nvcenters:\n  vc1:\n    address: 10.77.0.50\n    username: nova\n    datacenter: dc1\n    clusters:\n      a: { hosts: [10.77.0.51], datastore_regex: '^shared-' }\n      b: { hosts: [10.77.0.61] }\nnetworks:\n  management: { cidr: 10.77.0.0/24 }\n\(provider)",
            new:
                "hypervisor: §vmware, clusters: [vc1/a, vc1/b] }\nvcenters:\n  vc1:\n    address: 10.77.0.50\n    username: nova\n    datacenter: dc1\n    clusters:\n      a: { hosts: [10.77.0.51], datastore_regex: '^shared-' }\n      b: { hosts: [10.77.0.61] }\nnetworks:\n  management: { cidr: 10.77.0.0/24 }\n\(provider.replacing(", port_group: VM Network", with: ""))",
            what: ["no network has a \"port_group\", so instances of node \"vmware1\" would have no network"]),
        Fault(
            name: "port group within another", old: provider,
            new:
                "\(provider.replacing("VM", with: "§VM"))\n  v1: { type: vlan, vlan: 7, physical_network: physnet1, cidr: 10.79.0.0/24, port_group: VM Network 2 }",
            what: ["port group \"VM Network\" is part of the name \"VM Network 2\" at 23:90"], severity: .warning),
    ]

    static let resources = [
        Fault(
            name: "no image for a hypervisor", old: "hypervisor: kvm,", new: "hypervisor: §lxc,",
            what: ["no image is for lxc, the hypervisor of node \"kvm1\""]),
        Fault(
            name: "properties that Nova refuses", old: "builtin: tiny-guest, hypervisors: [kvm, vmware] }",
            new: "builtin: tiny-guest, hypervisors: [kvm, vmware], properties: "
                + "{ hw_firmware_type: §efi, vmware_disktype: §thin, hw_vif_model: §virtio } }",
            what: [
                "hw_firmware_type=efi: Nova refuses this value",
                "vmware_disktype=thin: the file is streamOptimized: Nova would take the compressed grains for the disk itself, and "
                    + "the guest would find no system",
                "hw_vif_model=virtio: Nova's VMware driver refuses it",
            ]),
        Fault(
            name: "memory that vSphere refuses", old: "ram_mb: 128", new: "ram_mb: §130",
            what: [
                "flavor \"tiny\": 130 MB of memory is not a multiple of 4 MB, so vSphere refuses the virtual machine"
            ], severity: .warning),
        Fault(
            name: "undefined names in verify", old: "image: tiny, flavor: tiny, network: provider",
            new: "image: §tinny, flavor: §small, network: §net",
            what: ["there is no image \"tinny\"", "there is no flavor \"small\"", "there is no network \"net\""]),
        Fault(
            name: "verification without port group",
            old:
                "\(provider)\nflavors:\n  tiny: { vcpus: 1, ram_mb: 128, disk_gb: 1 }\nimages:\n  tiny: { builtin: tiny-guest, hypervisors: [kvm, vmware] }\nverify: { image: tiny, flavor: tiny, network: provider }",
            new: "\(provider)\n  inner: { type: vxlan, cidr: 10.79.0.0/24 }\nverify: { network: §inner }",
            what: ["network \"inner\" has no \"port_group\", so no instance of a vCenter can use it"]),
        Fault(
            name: "aggregate of what is no hypervisor", old: "networks:\n",
            new: "aggregates: { fast: { hosts: [§controller, §kvm11, §vc1/z, kvm1, §kvm1] } }\nnetworks:\n",
            what: [
                "node \"controller\" has no hypervisor that an aggregate could hold", "there is no node \"kvm11\"",
                "there is no cluster \"vc1/z\"", "kvm1 stands here twice",
            ]),
        Fault(
            name: "undefined scope", old: "{ compute: {", new: "{ §computer: {",
            what: ["there is no role, group or node \"computer\""]),
        Fault(
            name: "scope that is a role and a node", old: "  kvm1: {", new: "  compute: {",
            what: ["\"compute\" is a role and a node; it is taken for the role"], places: ["29:16"], severity: .warning),
    ]
}
