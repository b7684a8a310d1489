import OpenStack

/// Neutron's agents, as far as an instance on one hypervisor needs them.
struct AgentSighting: Sendable {
    let all: [NetworkAgent]
    /// The DHCP agents of the network.
    let serving: [NetworkAgent]
    let network: String
    let subject: Subject

    /// One that plugs ports into a host: at least one has to be alive there. A dead one beside it is what remains of another
    /// driver.
    private static let plugging: Set<String> = [
        "Linux bridge agent", "Open vSwitch agent", "Macvtap agent", "NIC Switch agent", "OVN Controller agent",
        "OVN Controller Gateway agent",
    ]

    /// OVN serves DHCP itself, and has no such agents.
    private var isOVN: Bool { all.contains { $0.kind?.hasPrefix("OVN") == true } }

    private var localAgents: [NetworkAgent] {
        guard subject.driver.libvirt != nil else { return [] }
        return all.filter { $0.host == subject.host && Self.plugging.contains($0.kind ?? "") }
    }

    /// Metadata agents where the network is served; where there are none, all that there are.
    private var metadataAgents: [NetworkAgent] {
        let agents = all.filter { $0.kind == "Metadata agent" }
        let hosts = Set(serving.filter(\.serves).map(\.host))
        let near = agents.filter { hosts.contains($0.host) }
        return near.isEmpty ? agents : near
    }

    func verdict(look: String) -> CheckVerdict {
        func failed(_ reason: String) -> CheckVerdict {
            .failed(CheckFailure(layer: .neutron, reason: reason, look: look))
        }
        if !isOVN, !serving.contains(where: \.serves) {
            guard serving.isEmpty else {
                return failed(
                    "the DHCP agent of network \(network) on \(hosts(of: serving)) is down, so no instance gets an address"
                )
            }
            // Neutron gives a network an agent with its first port at the latest.
            guard all.contains(where: { $0.kind == "DHCP agent" && $0.serves }) else {
                return failed("no DHCP agent serves network \(network), and none is up that could")
            }
        }
        if let dead = localAgents.first, !localAgents.contains(where: \.alive) {
            return failed("the \(dead.kind ?? dead.binary) on \(dead.host) is down, so no port is plugged there")
        }
        if !metadataAgents.isEmpty, !metadataAgents.contains(where: \.alive) {
            return failed("the metadata agent on \(hosts(of: metadataAgents)) is down")
        }
        let served = hosts(of: serving.filter(\.alive))
        return .passed(isOVN ? "OVN" : served.isEmpty ? "DHCP from the first port on" : "DHCP on \(served)")
    }

    /// What is down and has another in its place.
    var warnings: [String] {
        let dead = (serving.filter { $0.isEnabled != false } + metadataAgents).filter { !$0.alive }
        return dead.map { "the \($0.kind ?? $0.binary) on \($0.host) is down; another serves network \(network)" }
    }

    private func hosts(of agents: [NetworkAgent]) -> String { agents.map(\.host).sorted().joined(separator: ", ") }
}

extension NetworkAgent {
    fileprivate var serves: Bool { alive && isEnabled != false }
}
