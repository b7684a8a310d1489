/// Makes one tree of a text, and reports what a topology may not use of YAML.
struct YAMLComposer: ~Copyable {
    private var events: YAMLEvents
    private let log: ProblemLog
    private let dialect: YAMLDialect
    private var anchors: [String: YAMLNode?] = [:]
    private var weight = 0

    /// Levels of lists and mappings. A topology has seven.
    static let deepest = 50
    /// Values in a file, with aliases expanded: a lab of a thousand nodes has some 20,000.
    static let heaviest = 200_000

    /// The rest of the text makes no sense after the problem that was just reported.
    private struct Stopped: Error {}

    private init(_ events: consuming YAMLEvents, _ log: ProblemLog, _ dialect: YAMLDialect) {
        self.events = events
        self.log = log
        self.dialect = dialect
    }

    /// The tree of the source's only document; nil when there is none, with the reason in the log.
    static func compose(_ source: Source, _ log: ProblemLog, as dialect: YAMLDialect = .topology) -> YAMLNode? {
        source.bytes.withUnsafeBufferPointer { text in
            do throws(YAMLSyntaxError) {
                var composer = YAMLComposer(try YAMLEvents.open(text), log, dialect)
                return try composer.document()
            } catch {
                log.report(error)
                return nil
            }
        }
    }

    private mutating func document() throws(YAMLSyntaxError) -> YAMLNode? {
        _ = try events.next()
        guard case .documentStart = try events.next().kind else {
            log.error(.start, "the file holds no \(dialect.what)", hint: dialect.needs)
            return nil
        }
        do {
            let root = try node(try events.next(), depth: 0)
            _ = try events.next()
            let after = try events.next()
            if case .documentStart = after.kind {
                report(
                    at: after.start, "a second document begins here; a \(dialect.what) is one document",
                    hint: "put it into a file of its own")
            }
            return root
        } catch let error as YAMLSyntaxError {
            throw error
        } catch {
            return nil
        }
    }

    private func report(at index: Int, _ what: String, hint: String) {
        log.error(log.source.mark(atScalar: index), what, hint: hint)
    }

    // MARK: Nodes

    private mutating func node(_ event: YAMLEvent, depth: Int) throws -> YAMLNode {
        let mark = log.source.mark(atScalar: event.start)
        if event.isTagged {
            log.error(mark, "tags such as !!str are not supported", hint: "quote the value when it has to be text")
        }
        guard depth <= YAMLComposer.deepest else {
            log.error(mark, "lists and mappings are nested more than \(YAMLComposer.deepest) levels deep")
            throw Stopped()
        }
        if let anchor = event.anchor { anchors[anchor] = .some(nil) }
        var made = YAMLNode(
            start: mark, end: log.source.mark(atScalar: event.end),
            content: .scalar(YAMLScalar(text: "", isPlain: true)))
        switch event.kind {
        case .scalar(let scalar): made.content = .scalar(scalar)
        case .sequenceStart: try fillSequence(&made, depth: depth)
        case .mappingStart: try fillMapping(&made, depth: depth)
        case .alias(let name): made = try aliased(name, at: mark, depth: depth)
        default: throw Stopped()
        }
        if let anchor = event.anchor { anchors[anchor] = made }
        return made
    }

    /// Counts a value against the limit on all of them.
    private mutating func count(_ more: Int, at mark: Mark) throws {
        weight += more
        guard weight > YAMLComposer.heaviest else { return }
        log.error(
            mark, "the file holds more than \(YAMLComposer.heaviest) values, with aliases expanded",
            hint: "aliases of aliases multiply; write the values out, or use groups")
        throw Stopped()
    }

    private mutating func fillSequence(_ made: inout YAMLNode, depth: Int) throws {
        var items: [YAMLNode] = []
        while true {
            let event = try events.next()
            if case .sequenceEnd = event.kind {
                made.end = log.source.mark(atScalar: event.end)
                break
            }
            let item = try node(event, depth: depth + 1)
            try take(item, into: &made)
            items.append(item)
        }
        made.content = .sequence(items)
    }

    private mutating func fillMapping(_ made: inout YAMLNode, depth: Int) throws {
        var pairs: [YAMLNode.Pair] = []
        var places: [String: Mark] = [:]
        while true {
            let event = try events.next()
            if case .mappingEnd = event.kind {
                made.end = log.source.mark(atScalar: event.end)
                break
            }
            let key = try node(event, depth: depth + 1)
            let value = try node(try events.next(), depth: depth + 1)
            try take(key, into: &made)
            try take(value, into: &made)
            guard let name = name(of: key) else { continue }
            hideSecrets(of: name, value)
            if let first = places[name] {
                log.error(
                    key.start, "duplicate key \(quoted(name)); it stands at \(first) already",
                    hint: "delete one of the two, or give it another name")
                continue
            }
            places[name] = key.start
            pairs.append(YAMLNode.Pair(key: name, keyMark: key.start, value: value))
        }
        made.content = .mapping(pairs)
    }

    private mutating func take(_ child: YAMLNode, into parent: inout YAMLNode) throws {
        parent.weight += child.weight
        parent.height = max(parent.height, child.height + 1)
        // What an alias stands for was counted where the alias was met.
        if child.weight == 1 { try count(1, at: child.start) }
    }

    /// The text of a key; nil when it cannot be one, which is reported.
    private func name(of key: YAMLNode) -> String? {
        guard case .scalar(let scalar) = key.content else {
            log.error(
                key.start, "a key has to be a word, not \(key.kind)",
                hint: "a list within a mapping is `key: [a, b]`")
            return nil
        }
        if scalar.isPlain, scalar.text == "<<" {
            log.error(
                key.start, "merge keys (<<) are not part of YAML 1.2 and are not supported",
                hint: dialect.insteadOfMergeKeys)
            return nil
        }
        if scalar.text.isEmpty || scalar.text == "~" {
            log.error(key.start, "a key is missing before the colon", hint: "write `key: value`")
            return nil
        }
        return scalar.text
    }

    private mutating func aliased(_ name: String, at mark: Mark, depth: Int) throws -> YAMLNode {
        guard let known = anchors[name] else {
            log.error(
                mark, "alias *\(printable(name)) has no anchor &\(printable(name)) before it",
                hint: suggestion(for: name, among: anchors.keys.sorted(), called: "anchors"))
            throw Stopped()
        }
        guard let node = known else {
            log.error(mark, "anchor &\(printable(name)) would contain itself")
            throw Stopped()
        }
        guard depth + node.height <= YAMLComposer.deepest else {
            log.error(mark, "lists and mappings are nested more than \(YAMLComposer.deepest) levels deep")
            throw Stopped()
        }
        if node.weight > 1 { try count(node.weight, at: mark) }
        return node
    }

    /// A line with a secret must not turn up in a message, whatever is wrong with it.
    private func hideSecrets(of key: String, _ value: YAMLNode) {
        guard namesSecret(key) else { return }
        switch value.content {
        case .scalar: if !value.isNull { log.hide(from: value.start, to: value.end) }
        case .sequence: log.hide(from: value.start, to: value.end)
        case .mapping(let pairs):
            for pair in pairs where !["env", "file", "command"].contains(pair.key) {
                log.hide(from: pair.keyMark, to: pair.value.end)
            }
        }
    }
}
