public import Release
package import Rendering

/// What a step does, in names and numbers.
public enum Action: Sendable, Hashable, Codable {
    case install(PackageInstallation)
    /// Keep what the packages made as a layer for the sandbox's next node.
    case keepLayer(packages: [String])
    case write([PlannedFile], directories: [PlannedDirectory])
    case units(UnitChange)
    /// Make the databases of all services, and the accounts that use them.
    case makeDatabases
    /// Make the account by which services use the message queue.
    case makeQueueAccount
    /// Bring the databases of a service to the version of its package.
    case migrate(Service.Name, version: String)
    /// Wait until Neutron takes the messages of its agents.
    case awaitNeutron
    /// Tell the cell of hosts that are new.
    case discoverHosts
    case cloud(CloudAction)
    /// Put an image where Nova's VMware driver looks for it before it fetches it; the cluster is `VCENTER/CLUSTER`.
    case primeCache(image: String, cluster: String)
}

/// Packages to be installed on a node without starting anything.
public struct PackageInstallation: Sendable, Hashable, Codable {
    /// By their names in the node's distribution.
    public var packages: [String]
    /// Units that the packages enable and that wait for their configuration, or are not wanted at all.
    public var disable: [String]
}

/// A file to be written, by what can be said of it without its contents.
public struct PlannedFile: Sendable, Hashable, Codable {
    /// Absolute.
    public var path: String
    /// SHA-256 that tells its contents from others, hexadecimal; of a file with a secret only the lab can compute it.
    public var digest: String
    /// A user of the node, by name.
    public var owner: String
    /// A group of the node, by name.
    public var group: String
    /// Permission bits, such as `0o640`.
    public var mode: UInt16

    package init(_ file: RenderedFile, _ seal: Seal) {
        path = file.path
        digest = seal.digest(of: file)
        (owner, group, mode) = (file.owner, file.group, file.mode)
    }
}

/// A directory to be made, or to be given to its owner.
public struct PlannedDirectory: Sendable, Hashable, Codable {
    /// Absolute.
    public var path: String
    /// A user of the node, by name.
    public var owner: String
    /// A group of the node, by name.
    public var group: String
    /// Permission bits, such as `0o750`.
    public var mode: UInt16

    init(_ directory: NeededDirectory) {
        path = directory.path
        (owner, group, mode) = (directory.owner, directory.group, directory.mode)
    }
}

/// systemd units to be changed on a node.
public struct UnitChange: Sendable, Hashable, Codable {
    /// To be enabled and restarted (which starts what does not run).
    public var restart: [String]
    /// To be stopped, and not to start at boot.
    public var disable: [String]
    /// To be stopped, and not to be started by anything.
    public var mask: [String]
    /// TCP ports on the node that must answer afterwards.
    public var awaitPorts: [Int]
    /// The units that may hold these ports; another program that does is named, before anything is restarted.
    public var portHolders: [String]

    package init(
        restart: [String] = [], disable: [String] = [], mask: [String] = [], awaitPorts: [Int] = [],
        portHolders: [String] = []
    ) {
        (self.restart, self.disable, self.mask) = (restart, disable, mask)
        (self.awaitPorts, self.portHolders) = (awaitPorts, portHolders)
    }
}
