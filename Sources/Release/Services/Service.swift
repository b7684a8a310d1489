public import Topology

/// What a service is, whatever carries it: who it runs as, what Keystone and the database hold of it, what runs where.
///
/// One value a service, in a file of its own; everything that installs, configures, starts, checks or watches services
/// goes through these.
public struct Service: Sendable {
    /// A service by its project's name; the order is that in which their databases are made.
    public enum Name: String, Sendable, CaseIterable, Codable {
        case chrony, mariadb, rabbitmq, memcached, keystone, glance, placement, nova, neutron, cinder, libvirt
    }

    /// Which service it is.
    public let name: Name
    /// Its entry in Keystone's catalogue; nil for a service without an API.
    public var catalogue: CatalogueEntry?
    /// Its databases; the account that uses them is called like the service.
    public var databases: [String] = []
    /// How its databases are brought to the release.
    public var migration: Migration?
    /// What of it runs on nodes, in the order in which it starts.
    public let processes: [ServiceProcess]

    /// The user of the machine, of the database and of Keystone as which the service works.
    public var user: String { name.rawValue }

    /// What runs of the service as this daemon.
    public func process(_ daemon: Daemon) -> ServiceProcess? { processes.first { $0.daemon == daemon } }

    /// The service's API; the first process of a service that has none.
    public var api: ServiceProcess { processes[0] }

    /// Where the API answers, without a path.
    public func root(at host: String) -> String { "http://\(host):\(api.port?.number ?? 0)" }

    /// The URL that the catalogue has of the service.
    public func url(at host: String) -> String { root(at: host) + (catalogue?.path ?? "") }
}

/// A service in Keystone's catalogue.
public struct CatalogueEntry: Sendable, Equatable {
    /// E.g. `image`.
    public let type: String
    /// What comes after host and port in the endpoints' URL, e.g. `/v2.1`.
    public var path = ""
    /// Whether Keystone's own bootstrap makes it.
    public var isBootstrapped = false
}

/// One daemon of a service: where it runs, and what shows that it does.
public struct ServiceProcess: Sendable {
    /// The program.
    public let daemon: Daemon
    /// The nodes it runs on.
    public let place: Place
    /// The group in which it starts.
    public let group: StartGroup
    /// Where it listens; nil for what only calls others.
    public var port: Port?
    /// Its log below the distribution's folder of logs; `*` stands for the instance.
    public var log: String?

    /// A port with the name by which people know what listens there.
    public struct Port: Sendable, Equatable {
        /// The TCP port.
        public let number: Int
        /// E.g. `Glance`.
        public let title: String
    }

    /// Which nodes run something.
    public enum Place: Sendable, Equatable {
        /// Every machine with a clock of its own; a sandbox's nodes share their host's.
        case machines
        case controllers, networkNodes
        /// Nodes that plug ports, when the lab has this layer-2 driver.
        case layer2(MechanismDriver)
        /// Network nodes of a lab with routers.
        case routers
        case libvirtNodes
        /// Nodes between which Nova moves instances.
        case movingNodes
        /// Nodes whose nova-compute is the distribution's own.
        case hosts
        /// An instance for each cluster that a node drives.
        case clusters
        case storageNodes
    }

    init(
        _ daemon: Daemon, on place: Place, in group: StartGroup, port: (number: Int, title: String)? = nil,
        log: String? = nil
    ) {
        self.daemon = daemon
        self.place = place
        self.group = group
        self.port = port.map { Port(number: $0.number, title: $0.title) }
        self.log = log
    }
}

/// How a service's databases are brought to the release.
public struct Migration: Sendable {
    /// A command, and as whom it runs.
    public struct Command: Sendable, Equatable {
        /// The program and its arguments.
        public let words: [String]
        /// Whether root runs it, and not the service's user.
        public var asRoot = false
        /// A status beside 0 that means success.
        public var alsoSucceedsWith: Int?
    }

    /// Two lanes keep two cores busy, more would only fight: a service waits for the one before it in its lane.
    public enum Lane: Sendable { case first, second }

    /// In their order.
    public let commands: [Command]
    /// The lane in which it is migrated.
    public var lane = Lane.first
    /// How long it may take.
    public var minutes = 10

    init(_ commands: [Command], lane: Lane = .first) {
        self.commands = commands
        self.lane = lane
    }
}
