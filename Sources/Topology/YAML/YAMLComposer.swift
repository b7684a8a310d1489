/// Makes one tree of a text, and reports what a topology may not use of YAML.
struct YAMLComposer: ~Copyable {
    private var events: YAMLEvents
    let log: ProblemLog
    let dialect: YAMLDialect
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
        if let tag = event.tag, !(dialect.isOfPython && tag.hasPrefix("tag:yaml.org,2002:")) {
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
            items.append(meant(item))
        }
        made.content = .sequence(items)
    }

    private mutating func fillMapping(_ made: inout YAMLNode, depth: Int) throws {
        var members = MappingMembers()
        var isFirst = true
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
            if isFirst, let template = template(from: made.start, key) {
                try skipMapping()
                (made.content, made.end) = (.scalar(template), key.end)
                return
            }
            isFirst = false
            add(key, value, to: &members)
        }
        made.content = .mapping(members.pairs)
    }

    private func add(_ key: YAMLNode, _ value: YAMLNode, to members: inout MappingMembers) {
        if case .scalar(let scalar) = key.content, scalar.isPlain, scalar.text == "<<" {
            if !dialect.isOfPython, let first = members.firstPlace(of: "<<", at: key.start) {
                return reportRepetition(of: "<<", at: key.start, first, hint: "merge several with <<: [*one, *two]")
            }
            if !members.merge(value) {
                log.error(
                    value.start, "a merge key (<<) takes a mapping or a list of mappings, not \(value.kind)",
                    hint: "<<: *NAME, with &NAME before the mapping that is merged")
            }
            return
        }
        guard let pair = pair(key, meant(value)) else { return }
        hideSecrets(of: pair.key, pair.value)
        if !dialect.isOfPython, let first = members.firstPlace(of: pair.key, at: pair.keyMark) {
            return reportRepetition(
                of: pair.key, at: pair.keyMark, first, hint: "delete one of the two, or give it another name")
        }
        members.add(pair)
    }

    private func reportRepetition(of key: String, at mark: Mark, _ first: Mark, hint: String) {
        log.error(mark, "duplicate key \(quoted(key)); it stands at \(first) already", hint: hint)
    }

    /// `{{ name }}`: two mappings to YAML, and meant for Jinja. Its text as it is written.
    private func template(from start: Mark, _ key: YAMLNode) -> YAMLScalar? {
        guard case .mapping = key.content, key.start == Mark(line: start.line, column: start.column + 1),
            key.start.line == key.end.line
        else { return nil }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: log.source.scalars(ofLine: start.line)[(start.column - 1)..<(key.end.column - 1)])
        guard text.starts(with: "{{".unicodeScalars) else { return nil }
        let scalar = YAMLScalar(text: String(text) + "}", isPlain: true)
        // The reader of a topology says so itself; clouds.yaml takes any text.
        if dialect.isOfPython, let found = ForeignVariable(in: scalar.text) {
            log.error(start, found.what, hint: "write the value itself")
        }
        return scalar
    }

    /// Reads to the end of a mapping that has begun.
    private mutating func skipMapping() throws {
        var depth = 1
        while depth > 0 {
            switch try events.next().kind {
            case .mappingStart, .sequenceStart: depth += 1
            case .mappingEnd, .sequenceEnd: depth -= 1
            case .streamEnd: throw Stopped()
            default: continue
            }
        }
    }

    private mutating func take(_ child: YAMLNode, into parent: inout YAMLNode) throws {
        parent.weight += child.weight
        parent.height = max(parent.height, child.height + 1)
        // What an alias stands for was counted where the alias was met.
        if child.weight == 1 { try count(1, at: child.start) }
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
}
