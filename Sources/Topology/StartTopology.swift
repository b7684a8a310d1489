/// A topology to start from, written from a few answers.
public struct StartTopology: Sendable, Equatable {
    /// The lab's name.
    public var lab = "lab"
    /// A release by its name in the catalogue.
    public var release: String
    /// The network of the nodes; nodes get its addresses from the tenth on.
    public var management: IPv4Network
    /// How many nodes with which hypervisor: kvm, qemu or lxc.
    public var computes: [(kind: HypervisorKind, count: Int)] = [(.kvm, 1)]
    /// The clusters of each vCenter, by the vCenter's address.
    public var vcenters: [(address: String, clusters: [String])] = []
    /// Whether there are nodes of their own for the roles network and storage.
    public var separates = false
    /// The interface of the nodes that carries instances' networks.
    public var interface = "eth1"

    /// A lab with one KVM node.
    public init(release: String, management: IPv4Network) {
        self.release = release
        self.management = management
    }

    public static func == (a: StartTopology, b: StartTopology) -> Bool { a.text == b.text }

    /// The topology file.
    public var text: String {
        (head + nodes + vcenterLines + networks + images).joined(separator: "\n") + "\n"
    }

    private func address(_ number: Int) -> IPv4Address { IPv4Address(bits: management.base.bits + UInt32(number)) }

    private var head: [String] {
        [
            "# Written by `polyvisor init`. Check it with `polyvisor validate`; docs/reference/topology.md has every key.",
            "lab: \(lab)", "release: \(release)", "", "defaults:",
            "  ssh: { user: root, identity_file: ~/.ssh/id_ed25519 }",
            "  # Which interface of a node carries a physical network: it must have no address of its own.",
            "  physical_interfaces: { physnet1: \(interface) }", "",
        ]
    }

    private var nodes: [String] {
        let roles = separates ? "controller" : "controller, network"
        var lines = ["nodes:", "  controller: { address: \(address(10)), roles: [\(roles)] }"]
        if separates {
            lines.append("  network1: { address: \(address(11)), roles: [network] }")
            lines.append("  storage1: { address: \(address(12)), roles: [storage] }")
        }
        var next = 21
        for (kind, count) in computes {
            for number in 1...max(1, count) where count > 0 {
                let name = "\(kind.rawValue)\(number)"
                lines.append("  \(name): { address: \(address(next)), roles: [compute], hypervisor: \(kind.rawValue) }")
                next += 1
            }
        }
        for (index, vcenter) in vcenters.enumerated() {
            let clusters = vcenter.clusters.map { "vc\(index + 1)/\(Self.key($0))" }.joined(separator: ", ")
            lines += [
                "  # One nova-compute service for each cluster.", "  vmware\(index + 1):",
                "    address: \(address(next))",
                "    roles: [compute]", "    hypervisor: vmware", "    clusters: [\(clusters)]",
            ]
            next += 1
        }
        return lines + [""]
    }

    private var vcenterLines: [String] {
        guard !vcenters.isEmpty else { return [] }
        var lines = ["vcenters:"]
        for (index, vcenter) in vcenters.enumerated() {
            lines += [
                "  vc\(index + 1):", "    address: \(vcenter.address)", "    username: nova@vsphere.local",
                "    password: { env: VC\(index + 1)_PASSWORD }     # env, file or command; never the secret itself",
                "    ca_file: certs/vc\(index + 1).pem              # the authority's", "    datacenter: dc1",
                "    clusters:",
            ]
            lines += vcenter.clusters.map { cluster in
                let name = Self.key(cluster) == cluster ? "" : "cluster_name: '\(cluster.replacingQuotes)', "
                return
                    "      \(Self.key(cluster)): { \(name)availability_zone: vmware-\(Self.key(cluster).lowercased()) }"
            }
        }
        return lines + [""]
    }

    /// A cluster's name as a key: what is no letter, digit, hyphen or underscore becomes an underscore.
    private static func key(_ name: String) -> String {
        String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "-" || $0 == "_" ? $0 : "_" })
    }

    private var networks: [String] {
        var lines = [
            "networks:", "  management: { cidr: \(management) }", "  provider:", "    type: flat",
            "    physical_network: physnet1",
            "    cidr: \(provider)            # the network of that wire: change it to yours",
        ]
        if !vcenters.isEmpty {
            lines.append("    port_group: VM-Network        # of a distributed switch that carries the same segment")
        }
        return lines + [""]
    }

    /// A network that does not overlap the management network.
    private var provider: String {
        management.contains(IPv4Address(bits: 0xC633_6401)) || management.description == "198.51.100.0/24"
            ? "203.0.113.0/24" : "198.51.100.0/24"
    }

    private var images: [String] {
        let kinds = computes.filter { $0.count > 0 }.map(\.kind.rawValue) + (vcenters.isEmpty ? [] : ["vmware"])
        return [
            "flavors:", "  tiny: { vcpus: 1, ram_mb: 512, disk_gb: 1 }", "", "images:",
            "  tiny: { builtin: tiny-guest, hypervisors: [\(kinds.joined(separator: ", "))] }",
        ]
    }
}

extension String {
    /// The text as it stands between YAML's single quotes.
    fileprivate var replacingQuotes: String {
        split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
    }
}
