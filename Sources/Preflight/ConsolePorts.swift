import Facts
import Topology
import VSphere

/// The TCP ports of ESXi hosts on which Nova's VMware driver puts consoles.
///
/// `[vmware] vnc_port` and `vnc_port_total` (nova/virt/vmwareapi/vm_util.py `get_vnc_port`: the lowest port that no
/// machine of the vCenter has). The first hundred are looked at: the default is 10,000, and there is no ruleset for those.
struct ConsolePorts: Equatable, CustomStringConvertible {
    let ports: ClosedRange<Int64>
    private static let most: Int64 = 100

    /// nil where Nova sets up no VNC.
    init?(_ setting: LabSetting) {
        func given(_ section: String, _ option: String) -> String? {
            setting.lab.overrides.last {
                $0.file == "nova.conf" && $0.section == section && $0.option == option
                    && ["all", "compute"].contains($0.scope)
            }?.values.last
        }
        // Its own section came with Liberty.
        let switched = setting.release.era == .legacy ? given("DEFAULT", "vnc_enabled") : given("vnc", "enabled")
        if ["false", "0", "no", "off"].contains(switched?.lowercased()) { return nil }
        let first = given("vmware", "vnc_port").flatMap { Int64($0) } ?? 5900
        let count = given("vmware", "vnc_port_total").flatMap { Int64($0) } ?? 10_000
        guard (1...65535).contains(first), count > 0 else { return nil }
        ports = first...min(65535, first + min(count, Self.most) - 1)
    }

    var description: String { "\(ports.lowerBound) to \(ports.upperBound)" }

    /// Whether a firewall lets all of these machines in on all of them.
    func areOpen(in wall: HostFirewall, for clients: [IPv4Address]) -> Bool {
        let open = wall.rulesets.filter { ruleset in
            ruleset.isEnabled && clients.allSatisfy { Self.allows($0, ruleset.allowedHosts) }
        }.flatMap(\.incomingTCP).sorted { $0.lowerBound < $1.lowerBound }
        var next = ports.lowerBound
        for range in open where range.contains(next) { next = range.upperBound + 1 }
        return next > ports.upperBound
    }

    private static func allows(_ client: IPv4Address, _ hosts: [String]?) -> Bool {
        guard let hosts else { return true }
        return hosts.contains { host in
            let parts = host.split(separator: "/").map(String.init)
            guard let base = IPv4Address(parts.first ?? "") else { return false }
            guard parts.count == 2 else { return base == client }
            return Int(parts[1]).flatMap { IPv4Network(base: base, prefixLength: $0) }?.contains(client) == true
        }
    }
}
