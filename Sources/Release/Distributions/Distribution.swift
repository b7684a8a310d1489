public import Topology

/// What carries a release on a node: what one Linux distribution calls packages, units, users and paths.
///
/// A distribution is one value in a file of its own, and an entry in `Distribution.all`: a name that it has for something
/// stands there and nowhere else.
public struct Distribution: Sendable {
    /// E.g. `debian12`; `none` where no distribution is known that carries the release.
    public let name: String
    /// As people call it, e.g. `Debian 12`.
    public let title: String
    /// What os-release says on its nodes; nil for names that are of no system in particular.
    public let system: System?
    /// The releases that its packages are of.
    let releases: [String]
    /// What installs packages.
    public let packageSystem: PackageSystem
    /// What a sandbox's nodes are made from.
    public let base: BaseSystem
    /// What sets up interfaces where nobody chose.
    public let networkConfig: NetworkConfig
    /// Where Python modules of packages lie, and where Polyvisor's plugins go.
    public let pythonPath: String
    /// Where services write their logs.
    public let logFolder: String
    /// The users as which services run; a service that is not there is not packaged.
    let accounts: [ServiceAccount]
    /// What each daemon's systemd unit is called.
    let units: [Daemon: String]
    /// The packages of each daemon, its own first, with what it needs and they do not bring.
    let packages: [Daemon: [String]]
    /// The packages of nova-compute, by what it drives.
    let computePackages: [HypervisorKind: [String]]
    /// What else a node has because of its role.
    let rolePackages: [Role: [String]]
    /// Units that the packages of a daemon start and that nobody needs or that are in the way.
    let unwanted: [Daemon: [String]]

    /// What /etc/os-release says of a system.
    public struct System: Sendable, Equatable {
        /// `ID`, e.g. `debian`.
        public var id: String
        /// `VERSION_ID`, e.g. `12`.
        public var version: String

        /// A system by what its os-release says.
        public init(id: String, version: String) {
            self.id = id
            self.version = version
        }
    }

    /// Whether Polyvisor can install a release from its packages.
    public var hasPackages: Bool { !packages.isEmpty }

    /// Whether it can install a daemon.
    public func installs(_ daemon: Daemon) -> Bool { packages[daemon] != nil }

    /// The user and group of a service, e.g. of `nova`; nil when the distribution has none.
    public func account(of service: String) -> ServiceAccount? { accounts.first { $0.user == service } }

    /// The log of a daemon.
    public func log(of daemon: RunningDaemon) -> String {
        let name = Service.process(daemon.daemon)?.log ?? ""
        return "\(logFolder)/\(name.replacing("*", with: daemon.instance ?? "*"))"
    }

    /// The unit that writes a log: by its path, or, of one that is not known, by its name.
    public func unit(ofLog path: String) -> String {
        let processes = Service.all.flatMap(\.processes)
        let daemon = processes.first { $0.log != nil && log(of: RunningDaemon($0.daemon)) == path }?.daemon
        return daemon.map { unit(of: $0) } ?? String(path.split(separator: "/").last?.prefix { $0 != "." } ?? "")
    }

    /// The folder of a service's logs.
    public func logs(of service: Service.Name) -> String { "\(logFolder)/\(service.rawValue)" }
}

// MARK: - Units

extension Distribution {
    /// The unit of a daemon, without its `.service`.
    public func unit(of daemon: RunningDaemon) -> String {
        let name = units[daemon.daemon] ?? daemon.daemon.rawValue
        return daemon.instance.map { "\(name)@\($0)" } ?? name
    }

    /// The unit of a daemon that a node has one of.
    public func unit(of daemon: Daemon) -> String { unit(of: RunningDaemon(daemon)) }

    /// The units of some daemons, in their order.
    public func units(_ daemons: Daemon...) -> [String] { daemons.map { unit(of: $0) } }
}

// MARK: - Packages

extension Distribution {
    /// The package whose version is a daemon's; nil when the distribution has none.
    public func package(of daemon: Daemon) -> String? { packages[daemon]?.first }
}

extension Distribution: Equatable {
    public static func == (one: Distribution, other: Distribution) -> Bool { one.name == other.name }
}

/// A user of a service with its group.
public struct ServiceAccount: Sendable, Equatable {
    /// The user's name.
    public let user: String
    /// The group's name.
    public let group: String
    /// Its home, which is also where its state lies.
    public let home: String
}
