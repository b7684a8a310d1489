public import Release

/// What a node looks like, read with one command that changes nothing.
public struct NodeFacts: Sendable, Equatable {
    /// `ID` and `VERSION_ID` of /etc/os-release, e.g. `debian` and `12`.
    public var system = Distribution.System(id: "", version: "")
    /// Installed packages and their versions.
    public var packages: [String: String] = [:]
    public var files: [String: FileFacts] = [:]
    public var units: [String: UnitFacts] = [:]
    /// What finished scripts left, by name.
    public var stamps: [String: String] = [:]
    /// `uname -r`.
    public var kernel = ""
    /// Databases on the node's MariaDB; empty where it does not run.
    public var databases: Set<String> = []

    package init() {}

    /// A file as it is on the node.
    public struct FileFacts: Sendable, Equatable {
        /// SHA-256, hexadecimal.
        public var digest: String
        public var mode: UInt16
        public var owner: String
        public var group: String
        /// Seconds since 1970 at which content, owner or name last changed.
        public var changed: Double

        package init(digest: String, mode: UInt16, owner: String, group: String, changed: Double) {
            (self.digest, self.mode, self.owner, self.group) = (digest, mode, owner, group)
            self.changed = changed
        }
    }

    /// A systemd unit as it is on the node.
    public struct UnitFacts: Sendable, Equatable {
        /// `ActiveState`: active, inactive, failed, …
        public var active: String
        /// `UnitFileState`: enabled, disabled, masked, static, …; empty for a unit that does not exist.
        public var enabled: String
        /// Seconds since 1970 at which its main process started; 0 when it did not.
        public var started: Double

        package init(active: String, enabled: String, started: Double) {
            (self.active, self.enabled, self.started) = (active, enabled, started)
        }
    }
}

extension NodeFacts {
    /// Reads what `FactsScript` prints.
    init(parsing output: String) {
        var clock = (now: 0.0, uptime: 0.0)
        var unit: [String: String] = [:]
        for line in output.split(separator: "\n", omittingEmptySubsequences: false) {
            let words = line.split(separator: " ", maxSplits: 5).map(String.init)
            switch (words.first ?? "", words.count) {
            case ("now", 3...): clock = (Double(words[1]) ?? 0, Double(words[2]) ?? 0)
            case ("kernel", 2...): kernel = words[1]
            case ("os", 3...): system = Distribution.System(id: words[1], version: words[2])
            case ("package", 4...) where words[2].hasPrefix("ii"): packages[words[1]] = words[3]
            case ("file", 6): readFile(words)
            case ("digest", 3...): files[words.dropFirst(2).joined(separator: " "), default: .unread].digest = words[1]
            case ("stamp", 3...): stamps[words[1]] = words.dropFirst(2).joined(separator: " ")
            case ("database", 2...): databases.insert(words[1])
            case ("", _): finishUnit(&unit, clock)
            default:
                let pair = line.split(separator: "=", maxSplits: 1)
                if let key = pair.first { unit[String(key)] = pair.count == 2 ? String(pair[1]) : "" }
            }
        }
    }

    private mutating func readFile(_ words: [String]) {
        let path = words[5]
        files[path, default: .unread].mode = UInt16(words[1], radix: 8) ?? 0
        files[path, default: .unread].owner = words[2]
        files[path, default: .unread].group = words[3]
        files[path, default: .unread].changed = Double(words[4]) ?? 0
    }

    private mutating func finishUnit(_ unit: inout [String: String], _ clock: (now: Double, uptime: Double)) {
        defer { unit = [:] }
        guard let name = unit["Id"] else { return }
        let monotonic = (unit["ExecMainStartTimestampMonotonic"].flatMap(Double.init) ?? 0) / 1_000_000
        units[name.hasSuffix(".service") ? String(name.dropLast(8)) : name] = UnitFacts(
            active: unit["ActiveState"] ?? "", enabled: unit["UnitFileState"] ?? "",
            started: monotonic == 0 ? 0 : clock.now - clock.uptime + monotonic)
    }
}

extension NodeFacts.FileFacts {
    fileprivate static let unread = NodeFacts.FileFacts(digest: "", mode: 0, owner: "", group: "", changed: 0)
}
