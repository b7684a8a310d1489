import OpenStack

/// The hosts of Neutron's DHCP agents, by the agents that are alive.
struct DHCPHosts {
    /// Those that have no layer-2 agent yet; of a cloud without any DHCP agent a word for that.
    let waiting: [String]

    init(_ alive: [NetworkAgent]) {
        let servers = alive.filter { $0.kind == "DHCP agent" }.map(\.host)
        // Only layer-2 agents report which physical networks they are attached to.
        let plugging = Set(alive.filter { $0.physicalNetworks != nil }.map(\.host))
        waiting = servers.isEmpty ? ["any host"] : servers.filter { !plugging.contains($0) }.sorted()
    }
}
