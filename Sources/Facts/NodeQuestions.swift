package import Release
package import Topology
import Wording

/// What a node is asked, all in one command that changes nothing. Its system and its clock it is asked always.
package struct NodeQuestions: Sendable {
    /// Which of these packages are installed, and in which version.
    package var packages: [String] = []
    /// Which of these are not installed, and, if any is not, whether the package sources answer.
    package var needed: [String] = []
    /// Content, owner, mode and age of files and directories.
    package var files: [String] = []
    /// The state of systemd units.
    package var units: [String] = []
    /// Stamps of finished scripts, and databases.
    package var marks = false
    /// User id, memory, room on disk, /dev/kvm.
    package var machine = false
    /// Who listens on TCP ports.
    package var ports: [Int] = []
    /// What host names resolve to.
    package var names: [String] = []
    /// Whether network interfaces are there, and their addresses.
    package var interfaces: [String] = []
    package var packageSystem = Distribution.usual.packageSystem

    package init() {}

    /// What has to be known before its packages are there: of all packages that it may need, on any distribution.
    package static func preparing(_ node: Node, in lab: Lab, _ release: Release) -> NodeQuestions {
        var questions = NodeQuestions()
        let setups = release.distributions.map { release.setup(of: node, in: lab, on: $0) }
        questions.packages = Set(setups.flatMap(\.packages)).sorted()
        questions.files = [Traces.originals]
        return questions
    }
}

extension NodeQuestions {
    /// POSIX shell; it prints lines that `NodeFacts` reads.
    var script: String {
        """
        LC_ALL=C; export LC_ALL
        printf 'now %s %s\\n' "$(date +%s.%N)" "$(cut -d' ' -f1 /proc/uptime)"
        (. /etc/os-release; printf 'os %s %s\\n' "${ID:-unknown}" "${VERSION_ID:-unknown}") 2>/dev/null
        \(parts.joined(separator: "\n"))
        printf 'now %s\\n' "$(date +%s.%N)"
        echo end
        exit 0

        """
    }

    private var parts: [String] {
        [
            (machine, Self.machineText), (!packages.isEmpty, packageSystem.listing(packages)),
            (!files.isEmpty, filesText), (!units.isEmpty, unitsText), (marks, Self.marksText),
            (!interfaces.isEmpty, interfacesText), (!names.isEmpty, namesText), (!ports.isEmpty, portsText),
            (!needed.isEmpty, packageSystem.missing(needed)),
        ].filter(\.0).map(\.1)
    }

    private static let machineText = """
        printf 'uid %s\\n' "$(id -u)"
        printf 'memory %s\\n' "$(sed -n 's/^MemTotal: *\\([0-9]*\\).*/\\1/p' /proc/meminfo)"
        printf 'disk %s\\n' "$(df -Pk /var | awk 'NR == 2 { print $4 }')"
        [ -c /dev/kvm ] && echo 'kvm device' || echo 'kvm none'
        """

    private var filesText: String {
        """
        stat -c 'file %a %U %G %.9Z %n' \(list(files)) 2>/dev/null
        sha256sum -- \(list(files)) 2>/dev/null | sed -E 's/^([0-9a-f]{64})  /digest \\1 /'
        """
    }

    private var unitsText: String {
        """
        TZ=UTC systemctl show -p Id,ActiveState,UnitFileState,ExecMainStartTimestampMonotonic \
          -p ActiveEnterTimestamp,Restart \(list(units)) 2>/dev/null; echo
        """
    }

    private static let marksText = """
        for stamp in \(Traces.stamps)/*; do
          [ -f "$stamp" ] && printf 'stamp %s %s\\n' "${stamp##*/}" "$(head -n 1 "$stamp")"
        done
        if [ -S /run/mysqld/mysqld.sock ]; then mysql -N -e 'show databases' 2>/dev/null | sed 's/^/database /'; fi
        """

    private var namesText: String {
        """
        for name in \(list(names)); do
          printf 'name %s %s\\n' "$name" "$(getent ahostsv4 "$name" | awk 'NR == 1 { print $1 }')"
        done
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
