/// The keys and values of one mapping, with those that are unknown already reported.
struct Fields<Key: TopologyKey> {
    /// The mapping in words, e.g. `node "kvm1"`.
    let what: String
    /// Where what is missing is missing: the mapping's own key.
    let mark: Mark
    let log: ProblemLog
    private let pairs: [String: YAMLNode.Pair]

    /// nil when the node is no mapping, which is reported.
    init?(_ node: YAMLNode, _ what: String, at mark: Mark, _ log: ProblemLog) {
        guard case .mapping(let pairs) = node.content else {
            log.reportNoMapping(node, "\(what): expected a mapping", at: node.isNull ? mark : node.start, Key.names)
            return nil
        }
        self.what = what
        self.mark = mark
        self.log = log
        var known: [String: YAMLNode.Pair] = [:]
        for pair in pairs {
            if Key(rawValue: pair.key) == nil {
                if Key.allowsExtensions, pair.key.hasPrefix("x-") { continue }
                log.error(
                    pair.keyMark, "unknown key \(quoted(pair.key)) in \(what)",
                    hint: Key.notYet[pair.key]
                        ?? suggestion(for: pair.key, among: Key.names, called: "known keys"))
                if let meant = nearest(to: pair.key, among: Key.names), namesSecret(meant) {
                    log.hide(from: pair.keyMark, to: pair.value.end)
                }
            }
            known[pair.key] = pair
        }
        self.pairs = known
    }

    func has(_ key: Key) -> Bool { pairs[key.rawValue] != nil }

    /// Where a key stands; the mapping's own key when it does not.
    func mark(of key: Key) -> Mark { pairs[key.rawValue]?.keyMark ?? mark }

    /// What `read` makes of a key's value. A key without a value is reported here.
    func read<Value>(_ key: Key, _ read: (YAMLNode) -> Value?) -> Given<Value> {
        guard let pair = pairs[key.rawValue] else { return .absent }
        guard !pair.value.isNull else {
            log.error(pair.keyMark, "\(quoted(pair.key)) has no value", hint: "give it one, or delete the key")
            return .unreadable
        }
        return read(pair.value).map { .value(Marked($0, at: pair.value.start)) } ?? .unreadable
    }

    /// Reports each of these keys that is not there.
    func require(_ keys: Key...) {
        for key in keys where !has(key) {
            log.error(mark, "\(what) has no \(quoted(key.rawValue))", hint: requirementHint(for: key))
        }
    }

    private func requirementHint(for key: Key) -> String? {
        nearest(to: key.rawValue, among: pairs.keys.filter { Key(rawValue: $0) == nil }.sorted())
            .map { "is \(quoted($0)) meant to be \(quoted(key.rawValue))?" }
    }
}

extension ProblemLog {
    /// The members of a mapping whose keys are names the user chose, in the order of the file.
    func members(_ node: YAMLNode, _ what: String) -> [YAMLNode.Pair]? {
        guard case .mapping(let pairs) = node.content else {
            reportNoMapping(node, "expected a mapping from names to \(what)", at: node.start, [])
            return nil
        }
        return pairs
    }

    fileprivate func reportNoMapping(_ node: YAMLNode, _ what: String, at mark: Mark, _ keys: [String]) {
        if reportVariable(in: node) { return }
        if case .scalar(let scalar) = node.content, scalar.isPlain, !node.isNull,
            let suspect = SyntaxSuspect.find(
                on: source.scalars(ofLine: node.start.line), number: node.start.line, colon: true)
        {
            return add(suspect)
        }
        let hint = keys.isEmpty ? nil : "its keys are \(keys.joined(separator: ", "))"
        error(mark, "\(what), found \(node.kind)", hint: hint)
    }
}
