package import Release

/// What a node says of itself, read by one command that changes nothing, as far as it was asked. What it did not say is
/// nil, and nobody judges it.
public struct NodeFacts: Sendable, Equatable {
    /// `ID` and `VERSION_ID` of /etc/os-release, e.g. `debian` and `12`.
    package var system: Distribution.System?
    package var userID: Int?
    /// MiB.
    package var memory: Int?
    /// MiB free where packages and databases go (/var).
    package var freeDisk: Int?
    /// By how many seconds its clock is ahead of this machine's, as far as that is certain; negative: behind.
    package var clockAhead: Double?
    /// Whether there is a /dev/kvm.
    package var hasKVMDevice = false
    package var kvm: KVMState?

    /// Installed packages and their versions.
    package var packages: [String: String] = [:]
    /// Needed packages that are not installed.
    package var missingPackages: [String] = []
    /// Package sources that could not be read, with the reason; empty where all packages are there, as then nobody asks.
    package var unreachableSources: [String: String] = [:]
    package var sourcesSeen = 0
    /// Why package sources were not asked.
    package var sourcesProblem: String?

    package var files: [String: FileFacts] = [:]
    package var units: [String: UnitFacts] = [:]
    /// What finished scripts left, by name.
    package var stamps: [String: String] = [:]
    /// Databases on the node's MariaDB; empty where it does not run.
    package var databases: Set<String> = []

    /// Programs that listen on the ports that were asked about, by port.
    package var listeners: [Int: Listener] = [:]
    /// Names of nodes as they resolve there; nil for one that does not.
    package var addresses: [String: String?] = [:]
    /// Interfaces of the topology's physical networks.
    package var interfaces: [String: Interface] = [:]

    package init() {}

    /// A file as it is on the node.
    public struct FileFacts: Sendable, Equatable {
        /// SHA-256, hexadecimal.
        package var digest: String
        package var mode: UInt16
        package var owner: String
        package var group: String
        /// Seconds since 1970 at which content, owner or name last changed.
        package var changed: Double

        package init(digest: String, mode: UInt16, owner: String, group: String, changed: Double) {
            (self.digest, self.mode, self.owner, self.group) = (digest, mode, owner, group)
            self.changed = changed
        }
    }

    /// A systemd unit as it is on the node.
    public struct UnitFacts: Sendable, Equatable {
        /// `ActiveState`: active, inactive, failed, …
        package var active: String
        /// `UnitFileState`: enabled, disabled, masked, static, …; empty for a unit that does not exist.
        package var enabled: String
        /// Seconds since 1970 at which its main process started; 0 when it did not.
        package var started: Double
        /// Since when it is active, as `2026-11-30T21:10:05Z`; nil where systemd says nothing of it.
        package var since: String?
        /// `Restart=`: no, on-failure, always, …; nil where systemd says nothing of it.
        package var restart: String?

        package init(
            active: String, enabled: String, started: Double, since: String? = nil, restart: String? = nil
        ) {
            (self.active, self.enabled, self.started) = (active, enabled, started)
            (self.since, self.restart) = (since, restart)
        }
    }

    /// A program that listens on a port.
    package struct Listener: Sendable, Equatable {
        package var program: String
        /// Its systemd unit without `.service`; empty where it has none.
        package var unit: String
    }

    /// A network interface.
    package struct Interface: Sendable, Equatable {
        package var exists: Bool
        /// IPv4 addresses on it, with their prefix length.
        package var addresses: [String] = []
    }
}

/// Whether a KVM guest starts on a node.
package enum KVMState: Sendable, Equatable {
    case usable
    case unusable(String)
    /// Nobody could try.
    case unproved(String)
}

/// Something that a node was asked and did not say, so that nobody can judge it.
package struct NotRead: Error, Sendable, Equatable {
    /// "it could not be read: df said nothing"
    package var reason: String

    package init(reason: String) { self.reason = reason }
}
