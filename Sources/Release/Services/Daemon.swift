/// A program that runs on nodes as a service of its own.
///
/// Which nodes it runs on, its port and its log are in `Service`; its unit and its packages are in the distribution.
/// (Foundation has a `Process` already.)
public enum Daemon: String, Sendable, CaseIterable, Codable {
    // What the services stand on.
    case chrony, mariadb, rabbitmq, memcached, apache, keepalived
    case libvirt
    /// Open vSwitch: a unit that starts its database and `vswitchd`, which switches.
    case openvswitch, vswitchd

    case keystone
    case glanceAPI
    case placementAPI
    case neutronAPI, neutronRPCServer
    case linuxbridgeAgent, openvswitchAgent, dhcpAgent, metadataAgent, l3Agent
    case novaAPI, novaMetadataAPI, novaConductor, novaScheduler, novncProxy, novaCompute
    case cinderAPI, cinderScheduler, cinderVolume

    // Havana to Kilo.
    case ntp, mysql
    case glanceRegistry
    case neutronServer
    case novaCert, novaConsoleAuth, novaNetwork

    /// A nova-compute for one vSphere cluster: a unit of Polyvisor, with an instance for each cluster of a node.
    case novaComputeOfCluster
    /// The SSH server by which Nova moves instances between nodes: a unit of Polyvisor.
    case novaSSH
    /// Makes the bridges that the Open vSwitch agent expects: a unit of Polyvisor.
    case openvswitchBridges

    // What reads kernel settings and loads modules at boot.
    case sysctl, modulesLoad
}

extension Daemon {
    /// What Nova, Neutron and Cinder call the process in their lists of services and agents (`binary`).
    public var binary: String {
        switch self {
        case .novaCompute, .novaComputeOfCluster: "nova-compute"
        case .novaConductor: "nova-conductor"
        case .novaScheduler: "nova-scheduler"
        case .cinderScheduler: "cinder-scheduler"
        case .cinderVolume: "cinder-volume"
        default: rawValue
        }
    }
}

/// A daemon as it runs on a node; one of which there are several has an instance.
public struct RunningDaemon: Sendable, Hashable {
    /// The program.
    public var daemon: Daemon
    /// What tells it from the node's others, e.g. the key of a cluster.
    public var instance: String?

    /// A daemon on a node.
    public init(_ daemon: Daemon, instance: String? = nil) {
        self.daemon = daemon
        self.instance = instance
    }
}

/// Daemons that start together: a plan has one step for each group of a node.
///
/// The order of the cases is the order in which they start.
public enum StartGroup: String, Sendable, CaseIterable, Codable {
    case timekeeping, database
    case messageQueue
    case identity
    /// The APIs, which other services wait for, and what takes their messages.
    case apis
    /// Nova's conductor and scheduler end with an error when Placement does not know them yet, so they come after the APIs.
    case novaWorkers
    case libvirt
    /// Agents of layers 2 and 3: the first call of one that comes before Neutron takes messages waits for 60 seconds.
    case networkAgents
    case novaSSH
    case compute
    case volumes

    /// What a plan calls the step that starts the group.
    public var title: String {
        switch self {
        case .timekeeping: "start chrony"
        case .database: "start MariaDB"
        case .messageQueue: "start RabbitMQ and memcached"
        case .identity: "start Keystone"
        case .apis: "start the APIs"
        case .novaWorkers: "start Nova's workers"
        case .libvirt: "start libvirt"
        case .networkAgents: "start the network agents"
        case .novaSSH: "start Nova's SSH"
        case .compute: "start nova-compute"
        case .volumes: "start Cinder"
        }
    }

    /// Whether the group has started only once its ports answer: what comes after calls them at once.
    public var isAwaited: Bool { self == .identity || self == .apis }
}
