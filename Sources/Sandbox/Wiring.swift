import Topology

/// The lab's network as a value: namespaces, bridges and links, and the commands that make what is not there yet.
struct Wiring: Sendable, Equatable {
    /// A node or vCenter with its own namespace.
    struct Station: Sendable, Equatable {
        var name: String
        var namespace: String
        var interfaces: [Interface]
        var gateway: IPv4Address?
        /// Bridges of its own, into which it plugs its guests.
        var switches: [Switch] = []
    }

    /// A bridge in a station's namespace, with the interface that leads out of it.
    struct Switch: Sendable, Equatable {
        var name: String
        var uplink: String
    }

    struct Interface: Sendable, Equatable {
        var name: String
        /// The bridge's side of it, in the lab's namespace.
        var port: String
        var bridge: String
        /// With prefix length; none on an interface that carries a physical network.
        var addresses: [String]
    }

    /// The router of a flat network, which the lab's own namespace is.
    struct Gateway: Sendable, Equatable {
        var bridge: String
        var network: IPv4Network
        var address: IPv4Address
    }

    static let managementBridge = "mgmt"

    var names: Names
    var gateway: IPv4Address
    var prefixLength: Int
    /// One for each physical network; without an address, unless it is a gateway.
    var physicalBridges: [String]
    /// Where the topology gives a flat network a gateway. What has a VLAN would need a link of its own.
    var gateways: [Gateway]
    var nodes: [Station]
    var vcenters: [Station]

    init(_ lab: Lab) {
        names = Names(lab: lab.name)
        let network = lab.management.cidr
        gateway = IPv4Address(bits: network.base.bits + 1)
        prefixLength = network.prefixLength
        var bridges: [String] = []
        for interface in lab.nodes.flatMap(\.physicalInterfaces) {
            let bridge = Names.bridge(ofPhysicalNetwork: interface.physicalNetwork)
            if !bridges.contains(bridge) { bridges.append(bridge) }
        }
        physicalBridges = bridges
        gateways = lab.networks.compactMap { network in
            guard case .flat(let physical) = network.type, let address = network.gateway else { return nil }
            let bridge = Names.bridge(ofPhysicalNetwork: physical)
            return bridges.contains(bridge) ? Gateway(bridge: bridge, network: network.cidr, address: address) : nil
        }
        nodes = []
        vcenters = []
        nodes = lab.nodes.map(station)
        let networks = Self.networksOfGuests(lab).filter { bridges.contains(Names.bridge(ofPhysicalNetwork: $0)) }
        vcenters = lab.vcenters.map { station($0, networks: networks) }
    }

    /// The physical networks with port groups in which the guests of vCenters can be. Those in VLANs are not among them:
    /// not every kernel has VLANs.
    private static func networksOfGuests(_ lab: Lab) -> [String] {
        var found: [String] = []
        for case .flat(let physical) in lab.networks.filter({ $0.portGroup != nil }).map(\.type)
        where !found.contains(physical) { found.append(physical) }
        return found
    }

    private func station(_ node: Node) -> Station {
        let physical = node.physicalInterfaces.map { interface in
            Interface(
                name: interface.interface, port: Names.port(node.name, interface.interface),
                bridge: Names.bridge(ofPhysicalNetwork: interface.physicalNetwork), addresses: [])
        }
        return Station(
            name: node.name, namespace: names.namespace(ofNode: node.name),
            interfaces: [management(node.name, addresses: ["\(node.address)"])] + physical, gateway: gateway)
    }

    /// A vCenter has its ESXi hosts' addresses too: Nova uploads disks to them. For each physical network of its port
    /// groups it has an interface, and a bridge for the guests.
    private func station(_ vcenter: VCenter, networks: [String]) -> Station {
        let hosts = vcenter.clusters.flatMap(\.hosts).map(\.description)
        let physical = networks.enumerated().map { index, network in
            Interface(
                name: "eth\(index + 1)", port: Names.port("+\(vcenter.name)", "eth\(index + 1)"),
                bridge: Names.bridge(ofPhysicalNetwork: network), addresses: [])
        }
        return Station(
            name: vcenter.name, namespace: names.namespace(ofVCenter: vcenter.name),
            interfaces: [management("+\(vcenter.name)", addresses: [vcenter.address] + hosts)] + physical,
            gateway: gateway,
            switches: zip(networks, physical).map { network, interface in
                Switch(name: Names.bridge(ofGuestsIn: network), uplink: interface.name)
            })
    }

    private func management(_ owner: String, addresses: [String]) -> Interface {
        Interface(
            name: "eth0", port: Names.port(owner, "eth0"), bridge: Self.managementBridge,
            addresses: addresses.map { "\($0)/\(prefixLength)" })
    }

    /// Lines for `ip -batch` in the lab's namespace, given the interfaces that are there.
    func bridgeCommands(existing: Set<String>) -> [String] {
        let all = [Self.managementBridge] + physicalBridges
        // Without snooping, as nobody asks for group membership here and multicast (VXLAN, IPv6) would be lost.
        return ["link set lo up"]
            + all.filter { !existing.contains($0) }.map { "link add \($0) type bridge mcast_snooping 0" }
            + ["addr replace \(gateway)/\(prefixLength) dev \(Self.managementBridge)"]
            // A bridge that is there keeps what it has: where its network had no gateway before, Neutron's DHCP server may
            // have the address.
            + gateways.filter { !existing.contains($0.bridge) }.map {
                "addr add \($0.address)/\($0.network.prefixLength) dev \($0.bridge)"
            }
            + all.map { "link set \($0) up" }
    }

    /// The table of the lab's namespace, replaced in one transaction: what instances send beyond the lab gets the lab's
    /// address, as the host has no route to their networks.
    func ruleset() -> String {
        let emptied = "table ip gateways\ndelete table ip gateways\n"
        guard !gateways.isEmpty else { return emptied }
        let networks = gateways.map { "\($0.network)" }.joined(separator: ", ")
        return emptied + """
            table ip gateways {
                chain postrouting {
                    type nat hook postrouting priority srcnat; policy accept;
                    ip saddr { \(networks) } oifname "uplink" masquerade
                }
            }

            """
    }

    /// Commands that connect a station, given the interfaces that it has. A link's two ends are made at once, so
    /// there is never one without the other. A station that starts again has the hardware address that it had: with
    /// another one, its neighbours would go on speaking to the old one for up to half a minute.
    func linkCommands(_ station: Station, existing: Set<String>) -> [HostCommand] {
        station.interfaces.filter { !existing.contains($0.name) }.map { interface in
            HostCommand(
                "ip", "link", "add", interface.port, "netns", names.namespace, "type", "veth", "peer", "name",
                interface.name, "address", Names.hardwareAddress(station.namespace, interface.name), "netns",
                station.namespace)
        }
    }

    /// Lines for `ip -batch` in the lab's namespace that plug a station in.
    func portCommands(_ station: Station) -> [String] {
        station.interfaces.map { "link set \($0.port) master \($0.bridge) up" }
    }

    /// Lines for `ip -batch` in the station's namespace, given the interfaces that it has. `mtu` is that of the way out.
    func stationCommands(_ station: Station, mtu: Int, existing: Set<String> = []) -> [String] {
        let interfaces = station.interfaces.flatMap { interface in
            interface.addresses.map { "addr replace \($0) dev \(interface.name)" } + ["link set \(interface.name) up"]
        }
        let route = station.gateway.map { ["route replace default via \($0)" + (mtu < 1500 ? " mtu \(mtu)" : "")] }
        let switches = station.switches.flatMap { bridge in
            (existing.contains(bridge.name) ? [] : ["link add \(bridge.name) type bridge mcast_snooping 0"])
                + ["link set \(bridge.uplink) master \(bridge.name)", "link set \(bridge.name) up"]
        }
        return ["link set lo up"] + interfaces + switches + (route ?? [])
    }
}
