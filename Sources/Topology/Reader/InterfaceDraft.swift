/// An interface as far as it could be read.
struct InterfaceDraft: Sendable {
    var name: Marked<String>
    var addresses: Given<[Marked<AddressWord>]> = .absent
    var gateway: Given<IPv4Address> = .absent
    var dnsServers: Given<[Marked<IPv4Address>]> = .absent
    var mtu: Given<Int> = .absent
    var bond: Given<BondDraft> = .absent
    var vlan: Given<VLANDraft> = .absent
    var bridge: Given<BridgeDraft> = .absent
    /// The VLANs that the switch lets through to it.
    var trunk: Given<[Marked<ClosedRange<Int>>]> = .absent
    var macAddress: Given<String> = .absent
    var dhcp4: Given<Bool> = .absent
    var routes: Given<[Marked<RouteDraft>]> = .absent

    /// What this one says, and the other where it says nothing.
    func over(_ other: InterfaceDraft) -> InterfaceDraft {
        var merged = self
        merged.addresses = addresses.or(other.addresses)
        merged.gateway = gateway.or(other.gateway)
        merged.dnsServers = dnsServers.or(other.dnsServers)
        merged.mtu = mtu.or(other.mtu)
        merged.bond = bond.or(other.bond)
        merged.vlan = vlan.or(other.vlan)
        merged.bridge = bridge.or(other.bridge)
        merged.trunk = trunk.or(other.trunk)
        merged.macAddress = macAddress.or(other.macAddress)
        merged.dhcp4 = dhcp4.or(other.dhcp4)
        merged.routes = routes.or(other.routes)
        return merged
    }
}

/// A member of an interface's `addresses`.
enum AddressWord: Sendable, Equatable {
    /// `management`: the node's own `address` with the management network's prefix.
    case management
    case given(InterfaceAddress)
    case ipv6(IPv6InterfaceAddress)
}

/// A member of an interface's `routes`.
struct RouteDraft: Sendable, Equatable {
    var destination: String
    var router: Router

    enum Router: Sendable, Equatable {
        case ipv4(IPv4Address)
        case ipv6(IPv6Address)
    }
}

/// Bridges that Polyvisor can write files for.
enum BridgeType: String, CaseIterable, Sendable {
    case linux

    static let others = [
        "ovs":
            "Open vSwitch keeps its bridges itself, and Polyvisor writes no file for one: leave br-ex and its like out, as"
            + " physical_interfaces has them made"
    ]
}

struct BondDraft: Sendable {
    var mode: Given<BondMode> = .absent
    var members: Given<[Marked<String>]> = .absent
    var miimon: Given<Int> = .absent
    var lacpRate: Given<LACPRate> = .absent
    var transmitHashPolicy: Given<TransmitHashPolicy> = .absent
    var primary: Given<String> = .absent
    var minLinks: Given<Int> = .absent
    var updelay: Given<Int> = .absent
    var downdelay: Given<Int> = .absent
    var adSelect: Given<ADSelect> = .absent
    var arpInterval: Given<Int> = .absent
    var arpIPTargets: Given<[Marked<IPv4Address>]> = .absent
}

struct VLANDraft: Sendable {
    var id: Given<Int> = .absent
    var link: Given<String> = .absent
}

struct BridgeDraft: Sendable {
    var ports: Given<[Marked<String>]> = .absent
    var stp: Given<Bool> = .absent
    var forwardDelay: Given<Int> = .absent
}

/// The interfaces of a node, of a group or of all nodes.
struct InterfacesDraft: Sendable {
    var list: [InterfaceDraft] = []
    /// Something of them could not be read, so that nothing can be missing.
    var isUnreadable = false
    var config: Given<NetworkConfig> = .absent

    /// These, and what the others add to them, interface by interface and key by key.
    func over(_ other: InterfacesDraft) -> InterfacesDraft {
        var merged = self
        merged.config = config.or(other.config)
        merged.isUnreadable = isUnreadable || other.isUnreadable
        guard !other.list.isEmpty else { return merged }
        let own = Dictionary(list.map { ($0.name.value, $0) }) { first, _ in first }
        merged.list = other.list.map { inherited in own[inherited.name.value].map { $0.over(inherited) } ?? inherited }
        let inherited = Set(other.list.map(\.name.value))
        merged.list += list.filter { !inherited.contains($0.name.value) }
        return merged
    }
}
