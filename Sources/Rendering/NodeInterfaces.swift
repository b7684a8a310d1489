import Release
import Topology

/// The files that set up a node's own interfaces.
///
/// They are for the reader's hand: `up` never sends them, for a mistake in them would cut the node off.
struct NodeInterfaces {
    let node: Node
    let distribution: Distribution

    /// The interfaces, each after those that it is made of.
    let interfaces: [NodeInterface]

    init(_ node: Node, _ distribution: Distribution) {
        self.node = node
        self.distribution = distribution
        interfaces = Self.ordered(node.interfaces)
    }

    /// Nothing for a node whose interfaces the topology leaves alone.
    var recipes: [Recipe] {
        guard !interfaces.isEmpty else { return [] }
        return switch node.networkConfig ?? distribution.networkConfig {
        case .networkd: networkd()
        case .ifupdown: ifupdown()
        case .netplan: netplan()
        case .networkmanager: networkmanager()
        }
    }

    func recipe(_ path: String, _ template: String, _ values: [String: TemplateValue], mode: UInt16 = 0o644) -> Recipe {
        let all = values.merging(own) { value, _ in value }
        var recipe = Recipe(path: path, source: .template("node-interfaces/\(template)", all), mode: mode)
        recipe.isByHand = true
        return recipe
    }

    /// The addresses of an interface as gaps that each node fills: nodes of one make share one rendering.
    func addresses(of interface: NodeInterface) -> [(address: String, on: InterfaceAddress)] {
        interface.addresses.enumerated().map { index, address in
            (Shape.mark(Self.gap(interface, index)), address)
        }
    }

    /// The same for its IPv6 addresses.
    func ipv6Addresses(of interface: NodeInterface) -> [(address: String, prefixLength: Int)] {
        interface.ipv6Addresses.enumerated().map { index, address in
            (Shape.mark(Self.gap(interface, "6 \(index)")), address.prefixLength)
        }
    }

    /// The same for the MAC address by which a card is found.
    func macAddress(of interface: NodeInterface) -> String? {
        interface.macAddress.map { _ in Shape.mark(Self.gap(interface, "mac")) }
    }

    private static func gap(_ interface: NodeInterface, _ index: Int) -> String { "\(interface.name) \(index)" }
    private static func gap(_ interface: NodeInterface, _ what: String) -> String { "\(interface.name) \(what)" }

    private var own: [String: TemplateValue] {
        var own: [String: TemplateValue] = [:]
        for interface in interfaces {
            for (index, address) in interface.addresses.enumerated() {
                own[Self.gap(interface, index)] = .own(address.address.description)
            }
            for (index, address) in interface.ipv6Addresses.enumerated() {
                own[Self.gap(interface, "6 \(index)")] = .own(address.address.description)
            }
            if let mac = interface.macAddress { own[Self.gap(interface, "mac")] = .own(mac) }
        }
        return own
    }

    /// The bond or bridge that an interface belongs to.
    func master(of interface: NodeInterface) -> NodeInterface? {
        interfaces.first { $0.members.contains(interface.name) }
    }

    /// The VLANs on top of an interface.
    func vlans(on interface: NodeInterface) -> [NodeInterface] {
        interfaces.filter { if case .vlan(_, interface.name) = $0.kind { true } else { false } }
    }

    /// The MTU of an interface: members of a bond take the bond's.
    func mtu(of interface: NodeInterface) -> Int? {
        if let master = master(of: interface), case .bond = master.kind { return master.mtu ?? interface.mtu }
        return interface.mtu
    }

    /// Whether the boot waits for an interface: for those with addresses and what they stand on, not for those that
    /// Neutron takes.
    func isAwaited(_ interface: NodeInterface) -> Bool {
        interface.isAddressed || master(of: interface).map(isAwaited) ?? false
            || vlans(on: interface).contains(where: isAwaited)
    }

    private static func ordered(_ interfaces: [NodeInterface]) -> [NodeInterface] {
        var done: [NodeInterface] = []
        var names: Set<String> = []
        var left = interfaces
        while !left.isEmpty {
            let ready = left.filter { $0.links.allSatisfy { link in !left.contains { $0.name == link } } }
            // A validated lab has no circle; should one come here, the order of the file is as good as any.
            guard !ready.isEmpty else { return done + left }
            done += ready
            names.formUnion(ready.map(\.name))
            left.removeAll { names.contains($0.name) }
        }
        return done
    }
}

extension NodeInterface {
    /// What a bond or a bridge takes in.
    var members: [String] {
        switch kind {
        case .bond(let bond): bond.members
        case .bridge(let ports, _, _): ports
        case .physical, .vlan: []
        }
    }

    /// Every interface that has to be there first.
    var links: [String] { if case .vlan(_, let link) = kind { [link] } else { members } }

    var kindWord: String {
        switch kind {
        case .physical: "ethernet"
        case .bond: "bond"
        case .vlan: "vlan"
        case .bridge: "bridge"
        }
    }
}
