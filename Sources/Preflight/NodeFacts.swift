import Release
import SSH
import Wording

/// What a node says of itself, read by one command that changes nothing. What it did not say is nil, and no check of it passes.
public struct NodeFacts: Sendable, Equatable {
    /// `ID` of /etc/os-release.
    var system: String?
    /// `VERSION_ID` of /etc/os-release.
    var systemVersion = ""
    var userID: Int?
    /// MiB.
    var memory: Int?
    /// MiB free where packages and databases go (/var).
    var freeDisk: Int?
    /// By how many seconds its clock is ahead of ours, as far as that is certain; negative: behind.
    var clockAhead: Double?
    /// Packages of the lab that are not installed.
    var missingPackages: [String] = []
    /// Package sources that could not be read, with the reason; empty where all packages are there, as then nobody asks.
    var unreachableSources: [String: String] = [:]
    var sourcesSeen = 0
    /// Why package sources were not asked.
    var sourcesProblem: String?
    /// Whether there is a /dev/kvm.
    var hasKVMDevice = false
    var kvm: KVMState?
    /// Listening programs on ports of ours, by port.
    var listeners: [Int: Listener] = [:]
    /// Names of nodes as they resolve there; nil for one that does not.
    var addresses: [String: String?] = [:]
    /// Interfaces of the topology's physical networks.
    var interfaces: [String: Interface] = [:]

    struct Listener: Sendable, Equatable {
        var program: String
        /// Its systemd unit without `.service`; empty where it has none.
        var unit: String
    }

    struct Interface: Sendable, Equatable {
        var exists: Bool
        /// IPv4 addresses on it, with their prefix length.
        var addresses: [String] = []
    }
}

/// Whether a KVM guest starts on a node.
public enum KVMState: Sendable, Equatable {
    case usable
    case unusable(String)
    /// Nobody could try.
    case unproved(String)
}

/// Something that a node was asked and did not say, so that nobody can judge it.
struct NotRead: Error, Sendable, Equatable {
    /// "it could not be read: df said nothing"
    var reason: String
}

extension NodeFacts {
    /// What came of `NodeScript` on a node.
    ///
    /// - Throws: where the script did not run to its end: then nothing of it is believed.
    init(_ result: CommandResult, sent: Double, received: Double) throws(NotRead) {
        guard result.succeeded, result.stdoutText.hasSuffix("\nend\n") else {
            let words = VisibleText(String(result.stdoutText.prefix(200))).folded
            throw NotRead(
                reason: "the script that reads the node did not run to its end: \(result.failure)"
                    + (words.isEmpty ? "; nothing was printed" : "; it printed “\(words)”"))
        }
        self.init(parsing: result.stdoutText, sent: sent, received: received)
    }

    /// Reads what `NodeScript` printed.
    ///
    /// - Parameters:
    ///   - sent: when the script was sent, and `received` when all of its output had come, in seconds since 1970.
    init(parsing output: String, sent: Double, received: Double) {
        var first: Double?
        var last: Double?
        for line in output.split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            let rest = words.dropFirst(2).joined(separator: " ")
            switch (words[0], words.count) {
            case ("now", 2...):
                first = first ?? Double(words[1])
                last = Double(words[1])
            case ("os", 3...): (system, systemVersion) = (words[1], words[2])
            case ("uid", 2...): userID = Int(words[1])
            case ("memory", 2...): memory = Int(words[1]).map { $0 / 1024 }
            case ("disk", 2...): freeDisk = Int(words[1]).map { $0 / 1024 }
            case ("kvm", 2...): hasKVMDevice = words[1] == "device"
            case ("absent", 2...): missingPackages.append(words[1])
            case ("nosources", 2...): sourcesProblem = words.dropFirst().joined(separator: " ")
            case ("source", 2...):
                sourcesSeen += 1
                if !rest.isEmpty { unreachableSources[words[1]] = rest }
            case ("port", 3...):
                listeners[Int(words[1]) ?? 0] = Listener(program: words[2], unit: words.count > 3 ? words[3] : "")
            case ("name", 2...): addresses[words[1]] = .some(rest.isEmpty ? nil : rest)
            case ("interface", 3...):
                interfaces[words[1]] = Interface(exists: words[2] == "yes", addresses: Array(words.dropFirst(3)))
            default: break
            }
        }
        guard let first, let last else { return }
        clockAhead = Self.certainPart(lowest: last - received, highest: first - sent)
    }

    /// Of an offset that lies between two bounds, what it is at least.
    static func certainPart(lowest: Double, highest: Double) -> Double {
        lowest > 0 ? lowest : highest < 0 ? highest : 0
    }
}

/// The command that asks a node.
struct NodeScript: Sendable {
    var packages: [String]
    var packageSystem = Distribution.usual.packageSystem
    var ports: [Int]
    var names: [String]
    var interfaces: [String]

    /// POSIX shell. Package sources are asked only where a package is missing.
    var text: String {
        """
        LC_ALL=C; export LC_ALL
        printf 'now %s\\n' "$(date +%s.%N)"
        (. /etc/os-release; printf 'os %s %s\\n' "${ID:-unknown}" "${VERSION_ID:-unknown}") 2>/dev/null
        printf 'uid %s\\n' "$(id -u)"
        printf 'memory %s\\n' "$(sed -n 's/^MemTotal: *\\([0-9]*\\).*/\\1/p' /proc/meminfo)"
        printf 'disk %s\\n' "$(df -Pk /var | awk 'NR == 2 { print $4 }')"
        [ -c /dev/kvm ] && echo 'kvm device' || echo 'kvm none'
        \(interfacesText)
        for name in \(list(names)); do
          printf 'name %s %s\\n' "$name" "$(getent ahostsv4 "$name" | awk 'NR == 1 { print $1 }')"
        done
        \(portsText)
        \(packageSystem.missing(packages))
        printf 'now %s\\n' "$(date +%s.%N)"
        echo end
        exit 0

        """
    }

    private var interfacesText: String {
        """
        for interface in \(list(interfaces)); do
          if [ -e "/sys/class/net/$interface" ]; then there=yes; else there=no; fi
          addresses=$(ip -4 -o addr show dev "$interface" 2>/dev/null | awk '{ printf " %s", $4 }')
          printf 'interface %s %s%s\\n' "$interface" "$there" "$addresses"
        done
        """
    }

    private var portsText: String {
        """
        for port in \(list(ports.map(String.init))); do
          # A service has several processes on a port, and one of them may end while it is looked at.
          for pid in $(ss -ltnpH "sport = :$port" 2>/dev/null | grep -o 'pid=[0-9]*' | cut -d= -f2 | head -n 20); do
            comm=$(tr ' ' '_' 2>/dev/null < "/proc/$pid/comm") || continue
            unit=$(grep -o '[^/]*[.]\\(service\\|scope\\)' "/proc/$pid/cgroup" 2>/dev/null | tail -n 1)
            [ -e "/proc/$pid" ] || continue
            printf 'port %s %s %s\\n' "$port" "$comm" "${unit%.service}"
            break
          done
        done
        """
    }

    private func list(_ words: [String]) -> String { words.map { shellQuoted($0) }.joined(separator: " ") }
}
