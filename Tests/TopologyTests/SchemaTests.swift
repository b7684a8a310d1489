import Foundation
import Testing

@testable import Topology

@Suite("the JSON Schema of topologies")
struct SchemaTests {
    /// Whether the schema takes a text, as an editor would say.
    private static func takes(_ text: String) -> Bool {
        let log = ProblemLog(Source(bytes: text.utf8, file: "lab.yaml"))
        guard let root = YAMLComposer.compose(log.source, log), !log.hasErrors else { return false }
        return SchemaCheck(TopologySchema.document).takes(root)
    }

    private static func weTake(_ text: String) -> Bool { !problems(of: text).hasErrors }

    @Test("is JSON that other programs read")
    func json() throws {
        let parsed = try JSONSerialization.jsonObject(with: Data(TopologySchema.text.utf8)) as? [String: Any]
        #expect((parsed?["properties"] as? [String: Any])?.keys.sorted() == LabKey.names.sorted())
    }

    @Test("takes every topology to start from")
    func starts() throws {
        let folder = repository.appending(path: "topologies")
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasSuffix(".yaml") {
            let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            #expect(Self.takes(text), "\(name)")
        }
    }

    @Test("refuses nothing that validation takes, in a thousand mutations of the samples")
    func agreesOnGood() {
        var (good, both) = (0, 0)
        for text in Self.mutations {
            let (ours, theirs) = (Self.weTake(text), Self.takes(text))
            #expect(!ours || theirs, "validation takes it, the schema does not:\n\(text)")
            good += ours ? 1 : 0
            both += ours == theirs ? 1 : 0
        }
        #expect(Self.mutations.count >= 1000 && good > 50)
        // What they do not agree on are the demands of one part of the file on another.
        #expect(Double(both) / Double(Self.mutations.count) > 0.5, "\(both) of \(Self.mutations.count)")
    }

    @Test(
        "refuses faults of form, as validation does",
        arguments: [
            ("lab: sample", "lab: Sample"), ("provider: sandbox", "provider: sandbocks"), ("release: zed\n", ""),
            ("roles: [compute], hypervisor: kvm", "roles: compute, hypervisor: kvm"),
            ("hypervisor: kvm", "hypervisor: kvn"), ("address: 10.77.0.21", "address: 10.77.0.256"),
            ("address: 10.77.0.21, ", ""), ("cidr: 10.77.0.0/24", "cidr: 10.77.0.0/33"), ("type: flat", "type: flatt"),
            ("vcpus: 1", "vcpus: one"), ("vcpus: 1", "vcpus: 0"), ("ram_mb: 128", "ram_mb: '128'"),
            ("disk_gb: 1", "disk_gb: -1"), ("datacenter: dc1\n", "datacentre: dc1\n"),
            ("hosts: [10.77.0.61]", "hosts: 10.77.0.61"), ("groups:\n", "groups: []\nimages0:\n"),
            ("username: nova\n", "username: nova\n    password: secret\n"),
            ("username: nova\n", "username: nova\n    port: 70000\n"),
            ("username: nova\n", "username: nova\n    insecure: maybe\n"),
            ("username: nova\n", "username: nova\n    thumbprint: 'abc'\n"),
            ("DEFAULT: { debug: true }", "DEFAULT: { debug: { a: b } }"), ("compute: { DEFAULT", "compute: [ DEFAULT"),
            ("verify: { image: tiny,", "verify: { image: tiny, timeout_seconds: 0,"),
        ])
    func form(_ old: String, _ new: String) throws {
        let text = Sample.sandbox.replacing(old, with: new)
        try #require(text != Sample.sandbox)
        #expect(!Self.weTake(text) && !Self.takes(text), "\(new)")
    }

    /// The samples with one line left out, doubled, or with a value of another kind.
    private static let mutations: [String] = {
        var texts: [String] = []
        let values = [
            "1", "-1", "true", "[]", "{}", "text", "10.77.0.99", "10.77.0.0/24", "null", "1.5", "[a, b]", "'7'", "x y",
            "0", "''", "10.77.0.21", "65536",
            "2026.1",
        ]
        for sample in [Sample.sandbox, Sample.ssh] {
            let lines = sample.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            for index in lines.indices where !lines[index].isEmpty {
                var without = lines
                without.remove(at: index)
                texts.append(without.joined(separator: "\n"))
            }
            let places = sample.ranges(of: /:( [^{\[\n,}]+)/)
            for place in places {
                for value in values {
                    var text = sample
                    text.replaceSubrange(place, with: ": \(value)")
                    texts.append(text)
                }
            }
        }
        return texts
    }()
}

/// As much of JSON Schema as ours uses, on YAML as our reader has it.
struct SchemaCheck {
    let root: JSONValue

    init(_ root: JSONValue) { self.root = root }

    func takes(_ node: YAMLNode) -> Bool { takes(node, root) }

    private func takes(_ node: YAMLNode, _ schema: JSONValue) -> Bool {
        guard case .object(let members) = schema else { return false }
        return members.allSatisfy { takes(node, $0.0, $0.1, members) }
    }

    private func takes(_ node: YAMLNode, _ word: String, _ value: JSONValue, _ all: [(String, JSONValue)]) -> Bool {
        switch (word, value) {
        case ("$ref", .text(let name)):
            guard let target = lookUp(name) else { return false }
            return takes(node, target)
        case ("anyOf", .list(let choices)): return choices.contains { takes(node, $0) }
        case ("enum", .list(let choices)): return text(node).map { choices.contains(.text($0)) } ?? false
        case ("type", .text(let kind)): return kinds(node).contains(kind)
        case ("type", .list(let names)): return names.contains { name in kinds(node).contains { .text($0) == name } }
        case ("pattern", .text(let pattern)): return text(node).map { matches($0, pattern) } ?? true
        case ("minLength", .number(let least)): return text(node).map { $0.count >= least } ?? true
        case ("minimum", .number(let least)): return number(node).map { $0 >= Double(least) } ?? true
        case ("maximum", .number(let most)): return number(node).map { $0 <= Double(most) } ?? true
        case ("items", _): return items(node)?.allSatisfy { takes($0, value) } ?? true
        case ("minItems", .number(let least)): return items(node).map { $0.count >= least } ?? true
        case ("minProperties", .number(let least)): return pairs(node).map { $0.count >= least } ?? true
        case ("maxProperties", .number(let most)): return pairs(node).map { $0.count <= most } ?? true
        case ("required", .list(let names)):
            return pairs(node).map { pairs in names.allSatisfy { name in pairs.contains { .text($0.key) == name } } }
                ?? true
        case ("properties", .object(let known)):
            return pairs(node)?.allSatisfy { pair in
                known.first { $0.0 == pair.key }.map { takes(pair.value, $0.1) } ?? true
            } ?? true
        case ("additionalProperties", _):
            let known = all.first { $0.0 == "properties" }.flatMap {
                if case .object(let names) = $0.1 { names.map(\.0) } else { nil }
            }
            let patterns = all.first { $0.0 == "patternProperties" }.flatMap {
                if case .object(let names) = $0.1 { names.map(\.0) } else { nil }
            }
            return pairs(node)?.allSatisfy { pair in
                if known?.contains(pair.key) == true { return true }
                if patterns?.contains(where: { matches(pair.key, $0) }) == true { return true }
                if case .flag(let isAllowed) = value { return isAllowed }
                return takes(pair.value, value)
            } ?? true
        case ("propertyNames", .object(let rule)):
            guard case .text(let pattern)? = rule.first(where: { $0.0 == "pattern" })?.1 else { return false }
            return pairs(node)?.allSatisfy { matches($0.key, pattern) } ?? true
        case ("patternProperties", .object(let patterns)):
            return pairs(node)?.allSatisfy { pair in
                patterns.filter { matches(pair.key, $0.0) }.allSatisfy { takes(pair.value, $0.1) }
            } ?? true
        default: return ["$schema", "title", "$defs", "description"].contains(word)
        }
    }

    private func lookUp(_ name: String) -> JSONValue? {
        guard case .object(let top) = root, case .object(let definitions)? = top.first(where: { $0.0 == "$defs" })?.1
        else { return nil }
        return definitions.first { "#/$defs/\($0.0)" == name }?.1
    }

    private func matches(_ text: String, _ pattern: String) -> Bool {
        (try? Regex(pattern)).map { text.firstMatch(of: $0) != nil } ?? false
    }

    /// The kinds of JSON Schema that a node is of.
    private func kinds(_ node: YAMLNode) -> [String] {
        switch node.content {
        case .mapping: return ["object"]
        case .sequence: return ["array"]
        case .scalar(let scalar):
            switch scalar.value {
            case .null: return ["null"]
            case .boolean: return ["boolean"]
            case .string: return ["string"]
            case .number: return Int(scalar.text) == nil ? ["number"] : ["number", "integer"]
            }
        }
    }

    private func text(_ node: YAMLNode) -> String? {
        kinds(node) == ["string"] ? scalarText(node) : nil
    }

    private func number(_ node: YAMLNode) -> Double? {
        kinds(node).contains("number") ? scalarText(node).flatMap(Double.init) : nil
    }

    private func scalarText(_ node: YAMLNode) -> String? {
        if case .scalar(let scalar) = node.content { scalar.text } else { nil }
    }

    private func items(_ node: YAMLNode) -> [YAMLNode]? {
        if case .sequence(let items) = node.content { items } else { nil }
    }

    private func pairs(_ node: YAMLNode) -> [YAMLNode.Pair]? {
        if case .mapping(let pairs) = node.content { pairs } else { nil }
    }
}

@Suite("a topology from a few answers")
struct StartTopologyTests {
    @Test("is valid, whatever was answered")
    func valid() throws {
        let network = try #require(IPv4Network(base: IPv4Address(bits: 0xC000_0200), prefixLength: 24))
        for separates in [false, true] {
            for count in [0, 1, 3] {
                for vcenters in [[], [(address: "vc.example.org", clusters: ["Blue One", "it's"])]] {
                    var start = StartTopology(release: "2025.1", management: network)
                    start.computes = [(.kvm, count), (.lxc, 1)]
                    (start.vcenters, start.separates) = (vcenters, separates)
                    #expect(problems(of: start.text).description == "")
                    #expect(try lab(start.text).computeServices.count == count + 1 + vcenters.count * 2)
                }
            }
        }
    }
}
