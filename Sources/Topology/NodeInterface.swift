/// A network interface of a node, as the node's own configuration sets it up at boot.
public struct NodeInterface: Sendable, Equatable {
    /// At most 15 characters, as Linux has it.
    public var name: String
    /// What it is made of.
    public var kind: InterfaceKind
    /// Its fixed IPv4 addresses, the first of which is the main one.
    public var addresses: [InterfaceAddress]
    /// Where the default route leads.
    public var gateway: IPv4Address?
    /// The servers that the node itself asks by way of this interface.
    public var dnsServers: [IPv4Address]
    /// In bytes of an IP packet; nil leaves what the driver has, 1500 on Ethernet.
    public var mtu: Int?
    /// The card's own address, by which it is found and called `name`; nil: it has that name already.
    public var macAddress: String?
    /// Whether a DHCP server gives it an IPv4 address.
    public var dhcp4 = false
    /// Its fixed IPv6 addresses.
    public var ipv6Addresses: [IPv6InterfaceAddress] = []
    /// Beside the default route to `gateway`.
    public var routes: [InterfaceRoute] = []
    /// Where its name stands.
    public var mark: Mark

    /// Whether it has an address of any kind, or will.
    public var isAddressed: Bool { dhcp4 || !addresses.isEmpty || !ipv6Addresses.isEmpty }
}

/// What an interface is made of.
public enum InterfaceKind: Sendable, Equatable {
    case physical
    case bond(Bond)
    case vlan(id: Int, link: String)
    /// `forwardDelay` in seconds; nil: none without spanning tree, and the kernel's with it.
    case bridge(ports: [String], stp: Bool, forwardDelay: Int? = nil)
}

/// Several interfaces as one (bonding.rst of the Linux kernel, whose words these are).
public struct Bond: Sendable, Equatable {
    /// How it uses its members.
    public var mode: BondMode
    /// The interfaces that it joins, by their names.
    public var members: [String]
    /// How often the links are looked at, in milliseconds; nil where ARP says whether they are up.
    public var miimon: Int?
    /// With LACP; nil: the kernel's, which is slow.
    public var lacpRate: LACPRate?
    /// Where the mode chooses by frame; nil: the kernel's, which is layer2.
    public var transmitHashPolicy: TransmitHashPolicy?
    /// The member that is used as long as it works.
    public var primary: String?
    /// How many members have to be up for the bond to be.
    public var minLinks: Int?
    /// How long a link has to be up, or down, before that counts, in milliseconds.
    public var updelay: Int?
    /// As `updelay`, for a link that went down.
    public var downdelay: Int?
    /// With LACP; nil: the kernel's, which is stable.
    public var adSelect: ADSelect?
    /// ARP requests that say whether links are up: how often, in milliseconds, and for whom.
    public var arpInterval: Int?
    /// At most 16.
    public var arpIPTargets: [IPv4Address] = []
}

/// By what a bond with LACP chooses among several partners.
public enum ADSelect: String, Sendable, CaseIterable {
    case stable, bandwidth, count
}

/// How a bond uses its members; the kernel's names.
public enum BondMode: String, Sendable, CaseIterable {
    case balanceRR = "balance-rr"
    case activeBackup = "active-backup"
    case balanceXOR = "balance-xor"
    case broadcast
    case lacp = "802.3ad"
    case balanceTLB = "balance-tlb"
    case balanceALB = "balance-alb"
}

/// How often the partner is asked for LACP packets: every 30 s or every second.
public enum LACPRate: String, Sendable, CaseIterable {
    case slow, fast
}

/// What a bond chooses the member for a frame by.
public enum TransmitHashPolicy: String, Sendable, CaseIterable {
    case layer2
    case layer2and3 = "layer2+3"
    case layer3and4 = "layer3+4"
    case encapsulated2and3 = "encap2+3"
    case encapsulated3and4 = "encap3+4"
}

/// An address with the length of its network's prefix: `192.0.2.10/24`.
public struct InterfaceAddress: Sendable, Hashable, CustomStringConvertible {
    /// The machine's own, with its host bits.
    public var address: IPv4Address
    /// 1 to 32.
    public var prefixLength: Int

    /// An address on a network; the prefix is 1 to 32.
    public init(address: IPv4Address, prefixLength: Int) {
        self.address = address
        self.prefixLength = prefixLength
    }

    public var description: String { "\(address)/\(prefixLength)" }

    /// The network that it is on; nil for a prefix that is none.
    public var network: IPv4Network? {
        guard (1...32).contains(prefixLength) else { return nil }
        let mask = ~UInt32(0) << UInt32(32 - prefixLength)
        return IPv4Network(base: IPv4Address(bits: address.bits & mask), prefixLength: prefixLength)
    }

    /// `255.255.255.0` for tools that know no prefixes.
    public var netmask: IPv4Address { IPv4Address(bits: network?.mask ?? ~0) }
}

/// What sets up the interfaces of a node at boot.
public enum NetworkConfig: String, Sendable, CaseIterable {
    /// systemd-networkd, `/etc/systemd/network`.
    case networkd
    /// `/etc/network/interfaces`.
    case ifupdown
    /// `/etc/netplan`.
    case netplan
    /// NetworkManager's keyfiles, `/etc/NetworkManager/system-connections`.
    case networkmanager
}
