public import Topology

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

    /// By the alphabet.
    public static func < (a: SecretName, b: SecretName) -> Bool { a.rawValue < b.rawValue }
    public var description: String { rawValue }
}

extension Rendering {
    /// The services with a database and a user in Keystone.
    public static let services = ["glance", "keystone", "neutron", "nova", "placement"]

    /// The secrets that Polyvisor makes for a lab.
    ///
    /// The passwords of vCenters come on top, see `vcenterSecretNames(for:)`.
    public static func secretNames(for lab: Lab, purpose: RenderInput.Purpose = .deployment) -> [SecretName] {
        let isForFiles = purpose == .files
        let volumes = isForFiles && !lab.storageNodes.isEmpty ? ["cinder"] : []
        let ironic = lab.nodes.contains { $0.hypervisor == .ironic } ? ["ironic"] : []
        let users = (services.filter { $0 != "keystone" } + volumes + ironic).map(SecretName.user)
        let databases = (services + volumes).map(SecretName.database)
        let clustered = lab.controllers.count > 1 ? [SecretName.messageQueueCookie, .virtualAddress] : []
        let moves = lab.nodes.contains(where: lab.movesInstances) ? [SecretName.novaSSH, .novaSSHHost] : []
        let own: [SecretName] = [.admin, .messageQueue, .metadataProxy] + (isForFiles ? [.dashboard] : [])
        return (own + databases + users + clustered + moves + legacySecretNames(for: lab)).sorted()
    }

    /// The passwords of the vCenters that nodes of the lab use, with where each comes from.
    public static func vcenterSecretNames(for lab: Lab) -> [(name: SecretName, source: SecretReference)] {
        usedVCenters(in: lab).map { (.vcenter($0.name), $0.password) }
    }

    /// The vCenters that nova-compute, cinder-volume or Glance log in to, in the topology's order.
    static func usedVCenters(in lab: Lab) -> [VCenter] {
        var used = Set(lab.drivenVCenters.map(\.name))
        for backend in lab.nodes.flatMap(lab.volumeBackends) {
            if case .vcenter(let name) = backend { used.insert(name) }
        }
        return lab.vcenters.filter { used.contains($0.name) || !$0.imageDatastores.isEmpty }
    }
}
