import GuestImage
import OpenStack
import Topology
import Wording

/// What a guest got of its subnet and what it reaches by it, beside what Neutron has of them.
///
/// Proof is only what Neutron itself promises: that a lease has what its subnet has, and that Neutron's own routers answer.
/// What others run may be missing in a cloud that works; and a name server, Neutron's own too, asks others who may be.
struct WayOut: Sendable {
    /// By the guest's own words.
    var lease: GuestLease
    var reached: GuestWayOut
    /// A place outside of the network that the guest was to try, as `ADDRESS:PORT`; nil: none.
    var place: String?
    var subnet: OpenStack.Subnet
    var network: OpenStack.Network
    /// Neutron's router at the gateway's address; nil: it has none there, or does not show it.
    var router: OpenStack.Router?
    /// Addresses of Neutron's DHCP servers, which are name servers too; empty where it does not show them.
    var dhcpServers: Set<String>
    /// The logs of what hands out leases, and of what makes routers.
    var dhcpLog: String
    var routerLog: String

    /// What a look gave.
    struct Finding: Sendable, Equatable {
        var sighting: Sighting
        var warnings: [String] = []
        var notes: [String] = []
    }

    /// One thing that was looked at.
    private enum Part {
        case good(String)
        /// The guest has not tried it so far.
        case untried
        case wrong(CheckFailure)
        case doubtful(String)
        case noted(String)
    }

    func finding() -> Finding {
        if let failure = leaseFailure { return Finding(sighting: .settled(.failed(failure))) }
        let parts = gateways() + nameServers() + beyond()
        var (good, warnings, notes): ([String], [String], [String]) = ([], [], [])
        var failure: CheckFailure?
        var isUntried = false
        for part in parts {
            switch part {
            case .good(let words): good.append(words)
            case .untried: isUntried = true
            case .wrong(let found): failure = failure ?? found
            case .doubtful(let words): warnings.append(words)
            case .noted(let words): notes.append(words)
            }
        }
        let verdict: CheckVerdict =
            if let failure { .failed(failure) } else if isUntried {
                .skipped("the guest has not said in time what it reaches")
            } else { .passed(good.joined(separator: ", ")) }
        // The guest goes on trying what does not answer.
        let isSettled = failure == nil && !isUntried && warnings.isEmpty
        return Finding(sighting: isSettled ? .settled(verdict) : .moving(verdict), warnings: warnings, notes: notes)
    }
}

// MARK: - The lease

extension WayOut {
    /// What Neutron has of the subnet and the lease has not. Where Neutron's DHCP is off, the lease is another server's.
    private var leaseFailure: CheckFailure? {
        guard subnet.hasDHCP ?? true else { return nil }
        let reasons = [missingRouter, missingNameServers].compactMap(\.self)
        guard !reasons.isEmpty else { return nil }
        return CheckFailure(
            layer: .neutron, reason: "the guest's lease\(givenBy) \(reasons.joined(separator: ", and "))", look: dhcpLog
        )
    }

    private var missingRouter: String? {
        guard let gateway = subnet.gateway else { return nil }
        // A default route among those of the subnet may be handed out as well.
        let routes = (subnet.hostRoutes ?? []).filter { $0.destination == "0.0.0.0/0" }.map(\.nextHop)
        guard Set(lease.gateways).isDisjoint(with: [gateway] + routes) else { return nil }
        let wanted = "the gateway of subnet \(title) is \(gateway)"
        if lease.gateways.isEmpty, !lease.routers.isEmpty {
            // RFC 3442: with classless routes the router does not count.
            return "has classless routes without a default one, and \(wanted)"
        }
        return "has \(lease.gateways.isEmpty ? "no router" : "the router \(listed(lease.gateways))"), and \(wanted)"
    }

    private var missingNameServers: String? {
        // 0.0.0.0 says that none is to be handed out.
        let wanted = (subnet.dnsServers ?? []).filter { IPv4Address($0) != nil && $0 != "0.0.0.0" }
        let missing = wanted.filter { !lease.servers.contains($0) }
        guard !missing.isEmpty else { return nil }
        let got = lease.servers.isEmpty ? "no name server" : "the name servers \(listed(lease.servers))"
        return "has \(got), and not \(listed(missing)) of subnet \(title)"
    }

    private var givenBy: String {
        guard let server = lease.server else { return "" }
        let isForeign = !dhcpServers.isEmpty && !dhcpServers.contains(server)
        let own = isForeign ? ", which is not Neutron's DHCP server (\(listed(dhcpServers.sorted())))," : ""
        return " from \(VisibleText(server).folded)\(own)"
    }

    private var title: String { VisibleText(subnet.name.isEmpty ? subnet.cidr : subnet.name).folded }

    private func listed(_ addresses: [String]) -> String {
        addresses.map { VisibleText($0).folded }.joined(separator: ", ")
    }
}

// MARK: - What answers

extension WayOut {
    private func gateways() -> [Part] {
        lease.gateways.isEmpty
            ? [.good("the subnet has no gateway")]
            : lease.gateways.map { gateway in
                switch reached.gateways[gateway] {
                case nil: .untried
                case .ping(let time): .good("gateway \(gateway) \(CheckVerdict.short(milliseconds: time))")
                case .other: .good("gateway \(gateway) is there and drops ping")
                case .some(.none): silent(gateway)
                }
            }
    }

    /// Neutron gives a subnet its first address as the gateway unless told otherwise, whether or not there is a router.
    private func silent(_ gateway: String) -> Part {
        let nobody = "nothing answers ping or ARP at \(gateway), the gateway of subnet \(title)"
        if let router {
            let name = "its router \(VisibleText(router.name.isEmpty ? router.id : router.name).folded)"
            guard router.isEnabled ?? true else { return .noted("\(nobody): \(name) is disabled") }
            return .wrong(CheckFailure(layer: .neutron, reason: "\(nobody), which is \(name)", look: routerLog))
        }
        guard ["flat", "vlan"].contains(network.networkType) || network.isExternal == true else {
            return .noted("\(nobody), and Neutron shows no router there")
        }
        return .doubtful(
            "\(nobody): instances reach nothing outside of network \(network.name). Is its router there, and in the same "
                + "VLAN? If the network is to have none, give its subnet no gateway (`openstack subnet set --gateway none`)"
        )
    }

    private func nameServers() -> [Part] {
        let servers = lease.servers
        guard servers.allSatisfy({ reached.servers[$0] != nil }) else { return [.untried] }
        let silent = servers.filter { reached.servers[$0] == GuestWayOut.Answer.none }
        let heard = servers.filter { !silent.contains($0) }
        let good: [Part] = heard.isEmpty ? [] : [.good("DNS \(listed(heard))")]
        guard !silent.isEmpty else { return servers.isEmpty ? [.good("the subnet has no name server")] : good }
        let words = "the guest gets no answer from the name server\(silent.count == 1 ? "" : "s") \(listed(silent))"
        let consequence = heard.isEmpty ? ": instances resolve no names" : ""
        // Without a gateway there is no way to most of them, which has been said.
        return good + [silent.contains(where: hasWay) ? .doubtful(words + consequence) : .noted(words + consequence)]
    }

    private func hasWay(to address: String) -> Bool {
        isInside(address) || lease.gateways.contains { reached.gateways[$0] != GuestWayOut.Answer.none }
    }

    /// What lies beyond the gateway nobody promises.
    private func beyond() -> [Part] {
        guard let place, !lease.gateways.isEmpty, !isInside(place.prefix { $0 != ":" }) else { return [] }
        switch reached.places[place] {
        case nil: return [.untried]
        case .ping, .other: return [.good("beyond it \(place)")]
        case .some(.none):
            let outside = lease.servers.first { !isInside($0) && reached.servers[$0] == .other }
            return outside == nil ? [.noted("the guest does not reach the cloud's API at \(place)")] : []
        }
    }

    private func isInside(_ address: some StringProtocol) -> Bool {
        guard let address = IPv4Address(address) else { return false }
        let parts = subnet.cidr.split(separator: "/")
        guard parts.count == 2, let base = IPv4Address(parts[0]), let length = Int(parts[1]) else { return false }
        return IPv4Network(base: base, prefixLength: length)?.contains(address) ?? false
    }
}

extension CheckVerdict {
    /// `0.5 ms`
    static func short(milliseconds: Double) -> String { "\((milliseconds * 10).rounded() / 10) ms" }
}
