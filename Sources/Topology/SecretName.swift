/// The name of a secret that rendered files hold, e.g. `database/nova`.
///
/// The name is also the key under which a lab's secret store keeps the value.
public struct SecretName: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    /// The name itself.
    public let rawValue: String

    /// A name as a store keeps it.
    public init(_ rawValue: String) { self.rawValue = rawValue }

    /// The password of a service's database user.
    public static func database(_ service: String) -> SecretName { SecretName("database/\(service)") }
    /// The password of a service's user in Keystone.
    public static func user(_ service: String) -> SecretName { SecretName("user/\(service)") }
    /// The password of the cloud's administrator.
    public static let admin = SecretName("user/admin")
    /// The password of the message queue's user, `openstack`.
    public static let messageQueue = SecretName("rabbitmq/openstack")
    /// What Nova and Neutron's metadata agent sign instance ids with.
    public static let metadataProxy = SecretName("metadata-proxy")
    /// What Horizon signs sessions with.
    public static let dashboard = SecretName("horizon")
    /// What the nodes of RabbitMQ's cluster know each other by.
    public static let messageQueueCookie = SecretName("rabbitmq/cookie")
    /// What keepalived's nodes know each other by.
    public static let virtualAddress = SecretName("keepalived")
    /// What the SSH key follows from with which compute nodes log in to each other as nova.
    public static let novaSSH = SecretName("ssh/nova")
    /// What the key follows from by which these nodes' SSH servers are known.
    public static let novaSSHHost = SecretName("ssh/nova-host")
    /// The password of a vCenter, by the vCenter's name in the topology.
    public static func vcenter(_ name: String) -> SecretName { SecretName("vcenter/\(name)") }

    /// The password of the ESXi host that a node drives, by the node's name.
    public static func esxi(_ node: String) -> SecretName { SecretName("esxi/\(node)") }

    /// By the alphabet.
    public static func < (a: SecretName, b: SecretName) -> Bool { a.rawValue < b.rawValue }
    public var description: String { rawValue }
}
