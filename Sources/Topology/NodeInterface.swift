/// A network interface of a node, as the node's own configuration sets it up at boot.
public struct NodeInterface: Sendable, Equatable {
    /// At most 15 characters, as Linux has it.
    public var name: String
    public var kind: InterfaceKind
    public var addresses: [InterfaceAddress]
    /// Where the default route leads.
    public var gateway: IPv4Address?
    public var dnsServers: [IPv4Address]
    /// In bytes of an IP packet; nil leaves what the driver has, 1500 on Ethernet.
    public var mtu: Int?
    public var mark: Mark
}

/// What an interface is made of.
public enum InterfaceKind: Sendable, Equatable {
    case physical
    case bond(Bond)
    case vlan(id: Int, link: String)
    case bridge(ports: [String], stp: Bool)
}

/// Several interfaces as one (bonding.rst of the Linux kernel, whose words these are).
public struct Bond: Sendable, Equatable {
    public var mode: BondMode
    public var members: [String]
    /// How often the links are looked at, in milliseconds.
    public var miimon: Int
    public var lacpRate: LACPRate?
    public var transmitHashPolicy: TransmitHashPolicy?
    /// The member that is used as long as it works.
    public var primary: String?
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
    public var address: IPv4Address
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
