public import Topology

extension Diagram {
    /// A lab as its topology says it is. Nodes that are alike are one box where there are many.
    public init(_ lab: Lab) {
        title = lab.name
        subtitle = "OpenStack \(lab.release)" + (lab.provider == .sandbox ? ", sandbox" : "")
        management = Bar(id: "net:management", title: "management \(lab.management.cidr)")
        networks = lab.networks.map { Bar(id: "net:\($0.name)", title: $0.label) }
        let boxes = lab.nodes.map { (node: $0, box: lab.box(of: $0)) }
        control = Self.gathered(boxes.filter { $0.node.hypervisor == nil }.map(\.box), "nodes")
        let computes = boxes.filter { $0.node.hypervisor != nil }.map(\.box)
        // Those that drive vCenters stand beside them.
        self.computes = Self.gathered(
            computes.filter(\.drives.isEmpty) + computes.filter { !$0.drives.isEmpty }, "nodes")
        let drivers = lab.clusterDrivers
        vcenters = lab.vcenters.map { vcenter in
            let clusters = vcenter.clusters.map { cluster in
                lab.box(of: cluster, in: vcenter, hosts: drivers["\(vcenter.name)/\(cluster.name)", default: []])
            }
            return Group(
                id: "vcenter:\(vcenter.name)", name: vcenter.name, line: "\(vcenter.address) · \(vcenter.datacenter)",
                clusters: Self.gathered(clusters, "clusters"))
        }
    }

    /// More boxes of one kind than this are drawn as one.
    static let mostAlike = 6

    /// Boxes that differ in nothing but their names and addresses, in one box where they are many.
    static func gathered(_ boxes: [Box], _ things: String) -> [Box] {
        var kinds: [(kind: Box, members: [Box])] = []
        var places: [BoxKind: Int] = [:]
        for box in boxes {
            let kind = BoxKind(box)
            if let place = places[kind] {
                kinds[place].members.append(box)
            } else {
                places[kind] = kinds.count
                kinds.append((box, [box]))
            }
        }
        return kinds.flatMap { kind, members in
            members.count > mostAlike ? [joined(kind, members, things)] : members
        }
    }

    private static func joined(_ kind: Box, _ members: [Box], _ things: String) -> Box {
        var box = kind
        box.title = "\(members.count) \(things)"
        let ends = [members.first, members.last].compactMap { $0?.title }.joined(separator: " … ")
        box.lines = [ends] + kind.lines.filter { $0 != kind.address }
        box.count = members.count
        box.hosts = members.flatMap(\.hosts)
        return box
    }
}

/// What boxes have in common that may be drawn as one.
private struct BoxKind: Hashable {
    var lines: [String]
    var networks: [String]
    var drives: [String]

    init(_ box: Diagram.Box) {
        lines = box.lines.filter { $0 != box.address }
        networks = box.networks
        drives = box.drives
    }
}

extension Diagram.Box {
    /// The line that differs from box to box.
    fileprivate var address: String? { lines.first { IPv4Address($0) != nil } }
}

extension Lab {
    fileprivate func box(of node: Node) -> Diagram.Box {
        let services = computeServices(on: node)
        let vcenters = services.compactMap { service -> String? in
            if case .cluster(let reference) = service.driver { reference.vcenter } else { nil }
        }
        let roles = node.roles.filter { $0 != .compute || node.hypervisor == nil }.map(\.rawValue)
        let lines = [
            "\(node.address)", (roles + [node.hypervisor?.kind.rawValue].compactMap(\.self)).joined(separator: ", "),
            vcenters.isEmpty ? node.availabilityZone.map { "zone \($0)" } : nil,
            services.count > 1 ? "\(services.count) nova-compute services" : nil,
        ]
        var box = Diagram.Box(
            id: "node:\(node.name)", title: node.name, lines: lines.compactMap(\.self),
            hosts: vcenters.isEmpty ? services.map(\.host) : [])
        box.networks = networks.filter { reaches($0, node) }.map { "net:\($0.name)" }
        box.drives = vcenters.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        return box
    }

    /// The hosts of the nova-compute services that drive a cluster, by `vc1/cluster_a`.
    fileprivate var clusterDrivers: [String: [String]] {
        computeServices.reduce(into: [:]) { hosts, service in
            if case .cluster(let reference) = service.driver { hosts["\(reference)", default: []].append(service.host) }
        }
    }

    /// Whether a node has an interface for a network's frames.
    private func reaches(_ network: ProviderNetwork, _ node: Node) -> Bool {
        guard node.roles.contains(.network) || node.hypervisor.map({ !$0.kind.isVSphere }) == true else { return false }
        guard let physical = network.type.physicalNetwork else { return true }
        return node.physicalInterfaces.contains { $0.physicalNetwork == physical }
    }

    fileprivate func box(of cluster: Cluster, in vcenter: VCenter, hosts: [String]) -> Diagram.Box {
        let reference = "\(vcenter.name)/\(cluster.name)"
        let lines = [
            cluster.clusterName == cluster.name ? nil : cluster.clusterName,
            cluster.availabilityZone.map { "zone \($0)" },
            cluster.datastoreRegex.map { "datastores \($0)" },
            cluster.hosts.isEmpty ? nil : "\(cluster.hosts.count) ESXi hosts",
            hosts.isEmpty ? "driven by no node" : nil,
        ]
        var box = Diagram.Box(
            id: "cluster:\(reference)", title: cluster.name, lines: lines.compactMap(\.self), hosts: hosts)
        box.networks = networks.filter { $0.portGroup != nil }.map { "net:\($0.name)" }
        return box
    }
}

extension ProviderNetwork {
    /// "provider 10.78.0.0/24 · VLAN 120 on physnet1 · port group vlan-120"
    fileprivate var label: String {
        let kind =
            switch type {
            case .flat(let physical): "flat on \(physical)"
            case .vlan(let physical, let id): "VLAN \(id) on \(physical)"
            case .vxlan: "VXLAN"
            }
        return ["\(name) \(cidr)", kind, portGroup.map { "port group \($0)" }].compactMap(\.self)
            .joined(separator: " · ")
    }
}

extension NetworkType {
    fileprivate var physicalNetwork: String? {
        switch self {
        case .flat(let physical), .vlan(let physical, _): physical
        case .vxlan: nil
        }
    }
}
