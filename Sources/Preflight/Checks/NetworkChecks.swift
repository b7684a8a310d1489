import Access
import Facts
import Topology
import VSphere
import Wording

extension Check {
    /// The port groups of the lab's networks.
    static let networkChecks = [
        Check("port-group", "every network's port group is there", .proof, .compute(present)),
        Check("port-group-hosts", "every host has every port group", .advice, .compute(everywhere)),
        Check("port-group-name", "no port group's name is a part of another's", .advice, .compute(unambiguous)),
        Check("vlan", "port groups have the VLANs of their networks", .proof, .compute(vlans)),
    ]

    /// Networks of the lab with the port groups that they mean.
    private static func pairs(_ sight: ComputeSight) -> [(network: ProviderNetwork, group: Network)] {
        sight.setting.lab.networks.compactMap { network in
            let found = candidates(sight).first {
                $0.name == network.portGroup || storedName($0.name) == network.portGroup
            }
            return found.map { (network, $0) }
        }
    }

    /// Neutron knows no networks of nova-network, which an ESXi host alone has: its port groups are standard ones.
    private static func candidates(_ sight: ComputeSight) -> [Network] {
        sight.networks.filter { !$0.isUplink && (sight.isAlone ? $0.kind == .standard : $0.kind == .distributed) }
    }

    private static func object(_ group: String, _ network: ProviderNetwork) -> String {
        "port group \(quoted(group)) of network \(network.name)"
    }

    @Sendable private static func present(_ sight: ComputeSight) -> [Finding] {
        sight.setting.lab.networks.compactMap { network in
            guard let wanted = network.portGroup, !pairs(sight).contains(where: { $0.network.name == network.name })
            else { return nil }
            let place = "\(sight.setting.lab.file):\(network.mark)"
            if sight.networks.contains(where: { $0.name == wanted && $0.kind == .standard }) {
                return .error(
                    object(wanted, network), expected: "a port group of a distributed switch",
                    found: "a standard one, of each host's own switch",
                    why: "for VIF type dvs, nova/virt/vmwareapi/vif.py takes distributed port groups only; a standard "
                        + "one it would look for under the Neutron network's id",
                    remedy: "make one on a distributed switch and name it in \(place)")
            }
            return .error(
                object(wanted, network), expected: "in \(sight.object)",
                found: "it has \(listed(candidates(sight).map { quoted($0.name) }))",
                why: "network_util.get_network_with_the_name finds nothing: no instance gets a network",
                remedy: "make it in vSphere, or mend port_group in \(place)")
        }
    }

    @Sendable private static func everywhere(_ sight: ComputeSight) -> [Finding] {
        pairs(sight).compactMap { network, group in
            let without = sight.hosts.filter { !$0.networks.contains(group.reference) }
            guard !without.isEmpty else { return nil }
            return .warning(
                object(group.name, network), expected: "on every host of \(sight.object)",
                found: "missing on \(listed(without.map(\.name)))",
                why: "Nova looks at the cluster's networks, not at each host's: DRS cannot use these hosts, and what "
                    + "runs there stays without network",
                remedy: "add the hosts to the distributed switch")
        }
    }

    @Sendable private static func unambiguous(_ sight: ComputeSight) -> [Finding] {
        guard !sight.isAlone else { return [] }
        return pairs(sight).compactMap { network, group in
            let others = sight.networks.filter { $0.name != group.name && $0.kind == .distributed && !$0.isUplink }
                .filter { $0.name.contains(group.name) }
            guard !others.isEmpty else { return nil }
            return .warning(
                object(group.name, network), expected: "a name that is no part of another's",
                found: "it is a part of \(listed(others.map { quoted($0.name) }))",
                why: "network_util.get_network_with_the_name asks “name in name”: an instance may land on the other",
                remedy: "rename one of them")
        }
    }

    @Sendable private static func vlans(_ sight: ComputeSight) -> [Finding] {
        pairs(sight).flatMap { network, group -> [Finding] in
            guard case .vlan(_, let id) = network.type else { return [] }
            let found = sight.isAlone ? standardVLANs(group, sight.hosts) : group.vlan.map { [describe($0)] } ?? []
            let wrong = found.filter { $0 != "\(id)" }
            guard !wrong.isEmpty else { return [] }
            return [
                .error(
                    object(group.name, network), expected: "VLAN \(id)", found: listed(wrong.uniqued()),
                    why: "instances on KVM and on VMware would be on different segments: no DHCP, no metadata",
                    remedy: "set the port group's VLAN, or mend vlan in \(sight.setting.lab.file):\(network.mark)")
            ]
        }
    }

    private static func standardVLANs(_ group: Network, _ hosts: [HostSystem]) -> [String] {
        hosts.flatMap(\.portGroups).filter { $0.name == storedName(group.name) || $0.name == group.name }
            .map { "\($0.vlanID)" }
    }

    private static func describe(_ vlan: Network.VLAN) -> String {
        switch vlan {
        case .id(0): "untagged"
        case .id(let id): "\(id)"
        case .privateVLAN(let id): "private VLAN \(id)"
        case .trunk(let ranges): "a trunk of \(listed(ranges.map { "\($0.start)-\($0.end)" }))"
        }
    }
}
