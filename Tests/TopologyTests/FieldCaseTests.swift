import Foundation
import Testing

@testable import Topology

/// A topology of the field on which Polyvisor failed once.
func fieldCase(_ name: String) throws -> String {
    try String(contentsOf: repository.appending(path: "Tests/TopologyTests/Cases/\(name).yaml"), encoding: .utf8)
}

@Suite("Topologies of the field")
struct FieldCaseTests {
    @Test("a blank that is missing after a colon is reported where the key began")
    func missingBlank() throws {
        let found = try problems(of: fieldCase("r22")).problems
        #expect(found.map(\.what) == ["a blank is missing after the colon of \"release\""])
        #expect(found.first?.mark == Mark(line: 2, column: 1))
    }

    @Test("a no-break space is called by its name, at its place")
    func noBreakSpace() throws {
        let found = try problems(of: fieldCase("r22-nbsp")).problems
        #expect(found.map(\.what) == ["a no-break space (U+00A0) stands here, which YAML takes for text"])
        #expect(found.first?.mark == Mark(line: 2, column: 9))
    }

    @Test("OVN and Geneve are said to be not rendered yet")
    func ovn() throws {
        let found = try problems(of: fieldCase("r26")).problems
        #expect(found.compactMap(\.mark).map(\.description) == ["3:19", "13:19"])
        #expect(found.allSatisfy { $0.what.hasPrefix("Polyvisor does not render") })
    }

    @Test("a jump host and sudo are said to be not supported yet, with what to do until then")
    func sudo() throws {
        let hints = try problems(of: fieldCase("r54")).problems.compactMap(\.hint)
        #expect(hints.count == 2 && hints.allSatisfy { $0.contains("not supported yet") })
        #expect(hints.first?.contains("~/.ssh/config is not read") == true)
    }

    @Test("a provider network on the LAN of the nodes is fine while its pool holds no machine")
    func sharedLAN() throws { #expect(try problems(of: fieldCase("r27")).problems == []) }

    @Test(
        "a pool on the LAN of the nodes that holds one of its machines is an error",
        arguments: [
            ("first: 192.0.2.224", "first: 192.0.2.5", "15:31", "192.0.2.10, the address of node \"all1\" at 7:20"),
            (
                "    allocation_pool: { first: 192.0.2.224, last: 192.0.2.250 }\n", "", "13:11",
                "192.0.2.10, the address of node \"all1\" at 7:20"
            ),
            (
                "all1: { address", "all1: { interfaces: { eth0: { addresses: [management, 192.0.2.230/25] } }, address",
                "15:31", "192.0.2.230, the address of interface \"eth0\" of node \"all1\" at 7:57"
            ),
        ])
    func sharedPool(_ old: String, _ new: String, _ place: String, _ said: String) throws {
        let text = try fieldCase("r27")
        try #require(text.contains(old))
        let found = problems(of: text.replacing(old, with: new)).problems.filter { $0.what.contains(said) }
        #expect(found.compactMap(\.mark).map(\.description) == [place])
    }

    @Test("an overlay, or a network that a sandbox makes, does not share the LAN of the nodes")
    func noSharing() throws {
        let text = try fieldCase("r27")
        let overlay = text.replacing("    type: flat\n    physical_network: physnet1\n", with: "    type: vxlan\n")
        let what = "192.0.2.0/24 overlaps 192.0.2.0/24, which is network \"management\" at 9:23"
        #expect(problems(of: overlay).problems.map(\.what) == [what])
        let sandbox = text.replacing("release: zed\n", with: "release: zed\nprovider: sandbox\n")
        #expect(problems(of: sandbox).problems.contains { $0.what.contains("overlaps") })
    }
}

@Suite("What other tools would have replaced, and what cannot be seen")
struct ForeignTextTests {
    private static let start = "lab: sample\nrelease: zed\n"

    @Test(
        "a variable is reported where it stands, once, whatever the place wants",
        arguments: [
            ("lab: §${LAB}\n", "${LAB}"), ("lab: §{{ lab }}\n", "{{ lab }}"), ("lab: '{{ lab }}'\n", "{{ lab }}"),
            ("nodes: §{{ nodes }}\n", "{{ nodes }}"), ("api_address: §{{ ip }}/24\n", "{{ ip }}"),
            ("defaults: { ssh: { port: §${PORT} } }\n", "${PORT}"), ("provider: §<%= provider %>\n", "<%= provider %>"),
            ("§{% for node in nodes %}\n", "{% for node in nodes %}"),
            ("defaults:\n  ssh: { identity_file: §$HOME/.ssh/id }\n", "$HOME"),
            ("defaults:\n  ssh:\n    identity_file: §$(pwd)/id\n", "$(pwd)"),
            ("networks:\n  management: { cidr: §{{ cidr }}, x: [{{ y[0] }}] }\n", "{{ cidr }}"),
            ("overrides: { nova.conf: { all: { DEFAULT: { debug: §{{ debug }} } } } }\n", "{{ debug }}"),
            ("verify: { timeout_seconds: §${T:-300} }\n", "${T:-300}"),
        ])
    func variables(_ text: String, _ variable: String) {
        let marked = MarkedText(text)
        let found = problems(of: marked.text).problems.filter { $0.what.contains("variable") }
        #expect(found.map(\.what) == ["\"\(variable)\" is a variable of another tool, and this file has none"])
        if let mark = marked.marks.first { #expect(found.map(\.mark) == [mark]) }
    }

    @Test("a password by a shell's variable is told the name to write, and never the text")
    func password() {
        let text = Sample.ssh.replacing("password: { env: VC1 }", with: "password: §${VC1_PASSWORD}")
        let marked = MarkedText(text)
        let found = problems(of: marked.text)
        #expect(found.problems.compactMap(\.mark) == marked.marks)
        #expect(found.problems.first?.hint?.hasPrefix("write { env: VC1_PASSWORD }") == true)
        #expect(!found.description.contains("${VC1_PASSWORD}"))
    }

    @Test("oslo.config's own variables and the text of commands are left alone")
    func own() throws {
        let override = Sample.sandbox.replacing("debug: true", with: "state_path: '${my_ip}/{{x}}'")
        #expect(problems(of: override).problems == [])
        let command = Sample.ssh.replacing("{ env: VC1 }", with: "{ command: 'pass show ${VC}' }")
        #expect(problems(of: command).problems == [])
    }

    @Test(
        "a character that nobody sees is reported at its own place, once",
        arguments: [
            ("lab:§\u{A0}sample\n", "a no-break space (U+00A0)"),
            ("la§\u{FEFF}b: sample\n", "a byte-order mark (U+FEFF)"),
            ("lab: sam§\u{200B}ple\n", "a zero-width space (U+200B)"),
            ("lab: sample§\u{3000}\n", "an ideographic space (U+3000)"),
            ("lab§\u{FF1A}sample\nrelease: zed\n", "a full-width colon (U+FF1A)"),
            ("lab: §“sample”\n", "a typographic quotation mark (U+201C)"),
            ("nodes:\n§\u{A0}\u{A0}a: {}\n", "a no-break space (U+00A0)"),
            ("nodes: { a: { address:§\u{A0}10.77.0.10, roles: [compute] } }\n", "a no-break space (U+00A0)"),
            ("nodes:\n§– a\n– b: c\n", "a typographic dash (U+2013)"),
        ])
    func lookAlikes(_ text: String, _ name: String) {
        let marked = MarkedText(text.hasPrefix("§") ? "# here\n" + text : text)
        let found = problems(of: marked.text).problems.filter { $0.what.contains("U+") }
        #expect(found.map(\.what) == ["\(name) stands here, which YAML takes for text"])
        #expect(found.compactMap(\.mark) == marked.marks)
    }

    @Test("what is quoted, and what belongs to a language, is meant")
    func meant() {
        let group = "port_group: VM Network"
        for name in ["'VM\u{A0}Network'", "\"\u{200B}x\"", "Réseau d’été", "می\u{200C}خواهم"] {
            #expect(
                problems(of: Sample.sandbox.replacing(group, with: "port_group: \(name)")).problems == [], "\(name)")
        }
        let warned = problems(of: Sample.sandbox.replacing(group, with: "port_group: VM\u{A0}Network"))
        #expect(warned.problems.map(\.severity) == [.warning])
    }

    @Test(
        "a colon without its blank is reported once, at the key",
        arguments: [
            "nodes:\n  §a:{ address: 10.77.0.10 }\n", "nodes: { a: { §address:10.77.0.10, roles: [compute] } }\n",
            "§lab:sample\nrelease: zed\n", "§provider:sandbox\nlab: a\n",
        ])
    func colons(_ text: String) {
        let marked = MarkedText(text)
        let found = problems(of: marked.text).problems.filter { $0.what.contains("a blank is missing") }
        #expect(found.compactMap(\.mark) == marked.marks, "\(problems(of: marked.text))")
    }

    @Test("a mapping that is one word with a colon is told what is missing")
    func wordForMapping() {
        let marked = MarkedText("verify:\n  §image:tiny\n")
        let found = problems(of: marked.text).problems.filter { $0.what.contains("a blank is missing") }
        #expect(found.compactMap(\.mark) == marked.marks)
    }

    @Test("a password without its blank is not shown")
    func hiddenPassword() {
        for text in ["password:hunter2\nlab: a\n", "vcenters: { a: { password:hunter2 } }\n"] {
            #expect(!problems(of: text).description.contains("hunter2"))
        }
    }
}

@Suite("Anchors, merge keys and places for them")
struct MergeKeyTests {
    private static let merged = """
        x-node: &node { roles: [compute], hypervisor: kvm }
        x-port: &port { ssh: { identity_file: key, port: 2222 } }
        lab: sample
        release: zed
        defaults: { ssh: { identity_file: id }, physical_interfaces: { physnet1: eth1 } }
        nodes:
          ctl: { <<: *port, address: 10.77.0.10, roles: [controller, network] }
          one: { <<: [*node, *port], address: 10.77.0.21 }
          two:
            address: 10.77.0.22
            <<: *node
            hypervisor: qemu
        networks:
          management: { cidr: 10.77.0.0/24 }
          provider: { type: flat, physical_network: physnet1, cidr: 10.78.0.0/24 }

        """

    @Test("keys that begin with x- hold what anchors share, and merges bring it")
    func merges() throws {
        let nodes = try lab(Self.merged).nodes
        #expect(nodes.map(\.hypervisor) == [nil, .host(.kvm), .host(.qemu)])
        #expect(nodes.map(\.ssh.port) == [2222, 2222, 22])
    }

    @Test("a mistake in what is merged is reported once, where it stands")
    func places() {
        let marked = MarkedText(Self.merged.replacing("hypervisor: kvm", with: "hypervisor: §kvn"))
        #expect(problems(of: marked.text).problems.compactMap(\.mark) == marked.marks)
    }

    @Test(
        "what cannot be merged is refused",
        arguments: [
            ("<<: [*node, *port]", "<<: §text", "a merge key (<<) takes a mapping or a list of mappings, not text"),
            ("<<: [*node, *port]", "<<: §[a]", "a merge key (<<) takes a mapping or a list of mappings, not a list"),
            ("<<: [*node, *port]", "<<: *node, §<<: *port", "duplicate key \"<<\"; it stands at 8:10 already"),
        ])
    func refused(_ old: String, _ new: String, _ what: String) {
        let marked = MarkedText(Self.merged.replacing(old, with: new))
        let found = problems(of: marked.text).problems.filter { $0.what == what }
        #expect(found.compactMap(\.mark) == marked.marks)
    }

    @Test("a bomb of merges is refused", .timeLimit(.minutes(1)))
    func bomb() {
        var text = "x-0: &a0 { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 }\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "x-\(level): &a\(level) { <<: [\(aliases)] }\n"
        }
        #expect(
            problems(of: text).problems.first?.what == "the file holds more than 200000 values, with aliases expanded")
    }
}
