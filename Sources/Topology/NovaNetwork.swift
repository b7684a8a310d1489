/// How nova-network works in a lab of Havana to Kilo.
///
/// Its manager follows from the type of the networks: FlatDHCPManager for flat ones, VlanManager for VLANs.
public struct NovaNetwork: Sendable, Equatable {
    /// Whether every compute node serves its own instances; nil: where it can, which is nowhere with VMware.
    public var multiHost: Bool?
    /// The bridge of a flat network; a vSphere port group has to be called the same.
    public var flatNetworkBridge = "br100"
    /// The interface with the floating addresses, on every node that runs nova-network.
    public var publicInterface = "eth0"
    /// Whether the `gateway` of each network is a router of its own instead of nova-network itself.
    public var externalGateway = false
    /// Where it stands, or the file's start.
    public var mark: Mark

    /// Everything as it is when the topology says nothing.
    public init(mark: Mark) { self.mark = mark }
}

/// How nova-compute logs in to a single ESXi host.
public struct ESXiLogin: Sendable, Equatable {
    /// The account on the host itself.
    public var username: String
    /// nil when the topology does not say where it is.
    public var password: SecretReference?
}
