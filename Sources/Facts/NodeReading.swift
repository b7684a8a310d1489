import Release
package import SSH
import Wording

extension NodeFacts {
    /// What came of `NodeQuestions.script` on a node.
    ///
    /// - Parameters:
    ///   - sent: when the script was sent, and `received` when all of its output had come, in seconds since 1970.
    /// - Throws: where the script did not run to its end: then nothing of it is believed.
    package init(_ result: CommandResult, sent: Double, received: Double) throws(NotRead) {
        guard result.succeeded, result.stdoutText.hasSuffix("\nend\n") else {
            let words = VisibleText(String(result.stdoutText.prefix(200))).folded
            throw NotRead(
                reason: "the script that reads the node did not run to its end: \(result.failure)"
                    + (words.isEmpty ? "; nothing was printed" : "; it printed “\(words)”"))
        }
        self.init(parsing: result.stdoutText, sent: sent, received: received)
    }

    /// Reads what the script printed, whatever it is.
    init(parsing output: String, sent: Double = 0, received: Double = 0) {
        var reading = NodeReading()
        for line in output.split(separator: "\n", omittingEmptySubsequences: false) { reading.read(line) }
        self = reading.facts
        guard let first = reading.first, let last = reading.last else { return }
        clockAhead = Self.certainPart(lowest: last - received, highest: first - sent)
    }

    /// Of an offset that lies between two bounds, what it is at least.
    static func certainPart(lowest: Double, highest: Double) -> Double {
        lowest > 0 ? lowest : highest < 0 ? highest : 0
    }
}

/// Facts of a node, line by line.
private struct NodeReading {
    private(set) var facts = NodeFacts()
    /// What the node's clock said at the beginning and at the end.
    private(set) var first: Double?
    private(set) var last: Double?
    private var boot = 0.0
    private var unit: [String: String] = [:]

    mutating func read(_ line: Substring) {
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard !line.isEmpty else { return finishUnit() }
        if words.count > 1, readMachine(words) || readPackage(words) || readThing(words) { return }
        let pair = line.split(separator: "=", maxSplits: 1)
        if let key = pair.first { unit[String(key)] = pair.count == 2 ? String(pair[1]) : "" }
    }

    private mutating func readMachine(_ words: [String]) -> Bool {
        switch (words[0], words.count) {
        case ("now", _):
            last = Double(words[1])
            first = first ?? last
            if words.count > 2, let now = last, let uptime = Double(words[2]) { boot = now - uptime }
        case ("os", 3...): facts.system = Distribution.System(id: words[1], version: words[2])
        case ("uid", _): facts.userID = Int(words[1])
        case ("memory", _): facts.memory = Int(words[1]).map { $0 / 1024 }
        case ("disk", _): facts.freeDisk = Int(words[1]).map { $0 / 1024 }
        case ("kvm", _): facts.hasKVMDevice = words[1] == "device"
        default: return false
        }
        return true
    }

    private mutating func readPackage(_ words: [String]) -> Bool {
        let rest = words.dropFirst(2).joined(separator: " ")
        switch (words[0], words.count) {
        case ("package", 4...):
            if words[2].hasPrefix("ii") { facts.packages[words[1]] = words.last }
        case ("absent", _): facts.missingPackages.append(words[1])
        case ("nosources", _): facts.sourcesProblem = words.dropFirst().joined(separator: " ")
        case ("source", _):
            facts.sourcesSeen += 1
            if !rest.isEmpty { facts.unreachableSources[words[1]] = rest }
        case ("stamp", 3...): facts.stamps[words[1]] = rest
        case ("database", _): facts.databases.insert(words[1])
        default: return false
        }
        return true
    }

    private mutating func readThing(_ words: [String]) -> Bool {
        let rest = words.dropFirst(2).joined(separator: " ")
        switch (words[0], words.count) {
        case ("file", 6...): readFile(words)
        case ("digest", 3...): facts.files[rest, default: .unread].digest = words[1]
        case ("port", 3...):
            facts.listeners[Int(words[1]) ?? 0] = .init(program: words[2], unit: words.count > 3 ? words[3] : "")
        case ("name", _): facts.addresses[words[1]] = .some(rest.isEmpty ? nil : rest)
        case ("interface", 3...):
            facts.interfaces[words[1]] = .init(exists: words[2] == "yes", addresses: Array(words.dropFirst(3)))
        default: return false
        }
        return true
    }

    private mutating func readFile(_ words: [String]) {
        let path = words.dropFirst(5).joined(separator: " ")
        var file = facts.files[path, default: .unread]
        file.mode = UInt16(words[1], radix: 8) ?? 0
        (file.owner, file.group, file.changed) = (words[2], words[3], Double(words[4]) ?? 0)
        facts.files[path] = file
    }

    private mutating func finishUnit() {
        defer { unit = [:] }
        guard let name = unit["Id"] else { return }
        let monotonic = (unit["ExecMainStartTimestampMonotonic"].flatMap(Double.init) ?? 0) / 1_000_000
        facts.units[name.hasSuffix(".service") ? String(name.dropLast(8)) : name] = .init(
            active: unit["ActiveState"] ?? "", enabled: unit["UnitFileState"] ?? "",
            started: monotonic == 0 ? 0 : boot + monotonic, since: unit["ActiveEnterTimestamp"].flatMap(Self.time),
            restart: unit["Restart"].flatMap { $0.isEmpty ? nil : $0 })
    }

    /// `Mon 2026-11-30 21:10:05 UTC`, as systemd writes it, in the form of ISO 8601.
    private static func time(_ text: String) -> String? {
        let words = text.split(separator: " ")
        guard words.count == 4, words[3] == "UTC" else { return nil }
        return "\(words[1])T\(words[2])Z"
    }
}

extension NodeFacts.FileFacts {
    fileprivate static let unread = NodeFacts.FileFacts(digest: "", mode: 0, owner: "", group: "", changed: 0)
}
