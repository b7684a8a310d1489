import Release
import Wording

/// The command that reads a node's facts.
struct FactsScript {
    var packages: [String]
    var packageSystem = Distribution.usual.packageSystem
    var files: [String]
    var units: [String]

    /// POSIX shell; it prints lines that `NodeFacts.init(parsing:)` reads, and changes nothing.
    var text: String {
        """
        LC_ALL=C; export LC_ALL
        printf 'now %s %s\\n' "$(date +%s.%N)" "$(cut -d' ' -f1 /proc/uptime)"
        printf 'kernel %s\\n' "$(uname -r)"
        (. /etc/os-release; printf 'os %s %s\\n' "${ID:-unknown}" "${VERSION_ID:-unknown}")
        \(packageSystem.listing(packages))
        \(list("stat -c 'file %a %U %G %.9Z %n'", files))
        \(list("sha256sum --", files, "| sed -E 's/^([0-9a-f]{64})  /digest \\1 /'"))
        \(list("systemctl show -p Id,ActiveState,UnitFileState,ExecMainStartTimestampMonotonic", units)); echo
        for stamp in \(Traces.stamps)/*; do
          [ -f "$stamp" ] && printf 'stamp %s %s\\n' "${stamp##*/}" "$(head -n 1 "$stamp")"
        done
        if [ -S /run/mysqld/mysqld.sock ]; then mysql -N -e 'show databases' 2>/dev/null | sed 's/^/database /'; fi
        echo end
        exit 0

        """
    }

    private func list(_ command: String, _ names: [String], _ tail: String = "") -> String {
        guard !names.isEmpty else { return ":" }
        return "\(command) \(names.map { shellQuoted($0) }.joined(separator: " ")) 2>/dev/null \(tail)"
    }
}
