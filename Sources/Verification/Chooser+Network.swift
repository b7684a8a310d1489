import OpenStack

/// Which network an instance is attached to.
extension Chooser {
    /// - Parameter host: of the compute service, which may not be attached to every physical network.
    func network(for kind: ImageKind, on host: String) throws(CheckFailure) -> OpenStack.Network {
        if let name = target.network {
            guard let network = overview.networks.first(where: { $0.name == name || $0.id == name }) else {
                throw CheckFailure(layer: .neutron, reason: "has no network \(name)", look: "`openstack network list`")
            }
            return network
        }
        let usable = overview.networks.filter { isUsable($0) && !dhcpSubnets(of: $0).isEmpty }
        // vSphere's port groups carry VLANs, and no overlay.
        let attached = overview.agents.first { $0.host == host && $0.physicalNetworks != nil }?.physicalNetworks
        let fitting = usable.filter { network in
            guard kind != .vmware else { return ["flat", "vlan", nil].contains(network.networkType) }
            return network.physicalNetwork.flatMap { attached?.contains($0) } ?? true
        }
        guard let network = fitting.min(by: { rank($0) < rank($1) }) else {
            throw CheckFailure(
                layer: .neutron,
                reason: "has no network with DHCP that the project's instances may use on \(host)\(rejected)",
                look: "`openstack network list`, or give --network NAME")
        }
        return network
    }

    /// Why a network was taken, for people.
    func reason(for network: OpenStack.Network) -> String {
        let subnets = dhcpSubnets(of: network).map(\.cidr).joined(separator: ", ")
        let words = [
            target.network == nil ? nil : target.lab == nil ? "as was asked for" : "as the topology says",
            network.isExternal == true ? "external" : nil,
            network.isShared == true ? "shared" : isOwn(network) ? "the project's own" : nil,
            network.networkType == nil ? nil : network.kind,
            subnets.isEmpty ? "without DHCP" : "DHCP on \(subnets)",
        ]
        return words.compactMap(\.self).joined(separator: ", ")
    }

    /// Nova lets only administrators attach instances to an external network that is not shared.
    private func isUsable(_ network: OpenStack.Network) -> Bool {
        guard network.status ?? "ACTIVE" == "ACTIVE" else { return false }
        return network.isShared == true || network.project == nil || isOwn(network)
            || network.isExternal == true && overview.isAdmin
    }

    private func isOwn(_ network: OpenStack.Network) -> Bool {
        network.project != nil && network.project == overview.project
    }

    /// Of IPv4, as the guest knows no other.
    private func dhcpSubnets(of network: OpenStack.Network) -> [OpenStack.Subnet] {
        overview.subnets.filter { $0.networkID == network.id && $0.hasDHCP ?? true && !$0.cidr.contains(":") }
    }

    /// One that is a way out of the cloud goes last: its addresses are scarce, and often without DHCP or metadata. Of the
    /// others a provider network first: what holds for it holds for hypervisors of every kind.
    private func rank(_ network: OpenStack.Network) -> (Int, Int, String) {
        (
            network.isExternal == true ? 1 : 0, ["flat", "vlan"].contains(network.networkType) ? 0 : 1, network.name
        )
    }

    /// What was looked at in vain.
    private var rejected: String {
        let words = overview.networks.prefix(5).map { "\($0.name) \(flaw(of: $0))" }
        return words.isEmpty ? "" : ": " + words.joined(separator: ", ")
    }

    private func flaw(of network: OpenStack.Network) -> String {
        guard network.status ?? "ACTIVE" == "ACTIVE" else { return "is \(network.status ?? "")" }
        guard isUsable(network) else { return "is another project's" }
        return dhcpSubnets(of: network).isEmpty ? "has no subnet of IPv4 with DHCP" : "is of no kind for it"
    }
}

extension OpenStack.Network {
    /// Whether machines outside of the cloud may have addresses in it. Where Neutron does not say what carries it, it may.
    var mayBeReachedFromOutside: Bool {
        isExternal == true || isShared == true || ["flat", "vlan"].contains(networkType)
    }
}
