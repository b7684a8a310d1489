import Testing

@testable import Topology

/// A value in place of one in the sample, and what is said about it.
struct Swap: Sendable, CustomTestStringConvertible {
    var old: String
    var new: String
    var what: String
    var hint: String?

    init(_ old: String, _ new: String, _ what: String, hint: String? = nil) {
        self.old = old
        self.new = new
        self.what = what
        self.hint = hint
    }

    var testDescription: String { new }

    func expect(in sample: String = Sample.sandbox, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(sample.contains(old), sourceLocation: sourceLocation)
        let marked = MarkedText(sample.replacing(old, with: new, maxReplacements: 1))
        let found = problems(of: marked.text).problems.filter { $0.severity == .error }
        #expect(found.map(\.what) == [what], sourceLocation: sourceLocation)
        #expect(found.compactMap(\.mark) == marked.marks, sourceLocation: sourceLocation)
        if let hint { #expect(found.first?.hint == hint, sourceLocation: sourceLocation) }
    }
}

@Suite("Values")
struct ValueTests {
    @Test("that are no whole numbers are explained", arguments: Swap.numbers)
    func numbers(_ swap: Swap) { swap.expect() }

    @Test("that YAML 1.1 took for booleans are explained", arguments: Swap.booleans)
    func booleans(_ swap: Swap) { swap.expect() }

    @Test("of the wrong kind say what was expected and found", arguments: Swap.kinds)
    func kinds(_ swap: Swap) { swap.expect() }

    @Test("that are no names, addresses or patterns say why", arguments: Swap.patterns)
    func patterns(_ swap: Swap) { swap.expect() }

    @Test(
        "text stays as it is written", arguments: ["no", "on", "010", "2024.1", "1e3", "0x1F", "1:30", "'true'", "y"])
    func textStays(_ text: String) throws {
        let lab = try lab(
            Sample.sandbox.replacing(
                "availability_zone: fast", with: "availability_zone: \(text.replacing(":", with: "-"))"))
        #expect(lab.node("kvm1")?.availabilityZone == text.replacing("'", with: "").replacing(":", with: "-"))
        #expect(try self.lab(release: text).release == text.replacing("'", with: ""))
    }

    private func lab(release: String) throws -> Lab {
        try lab(Sample.sandbox.replacing("release: zed", with: "release: \(release)"))
    }

    private func lab(_ text: String) throws -> Lab { try Lab.read(text: text.utf8, file: "lab.yaml").lab }

    @Test("options are kept as they are written, whatever they look like")
    func options() throws {
        let text = Sample.sandbox.replacing("debug: true", with: "a: yes, b: 0.50, c: [1, 'x y'], d: '', e: \"#f\"")
        let overrides = try lab(text).overrides
        #expect(overrides.map(\.option) == ["a", "b", "c", "d", "e"])
        #expect(overrides.map(\.values) == [["yes"], ["0.50"], ["1", "x y"], [""], ["#f"]])
    }
}

extension Swap {
    private static let vcpus = "expected a whole number from 1 to 1024, found "

    static let numbers = [
        Swap(
            "vcpus: 1", "vcpus: §010", vcpus + "the number 010",
            hint: "some YAML readers take a number with a leading zero for octal; write it without"),
        Swap("vcpus: 1", "vcpus: §0x10", vcpus + "the number 0x10", hint: "write the number in decimal"),
        Swap("vcpus: 1", "vcpus: §\"1\"", vcpus + "the text \"1\"", hint: "remove the quotes"),
        Swap("vcpus: 1", "vcpus: §1_000", vcpus + "the text \"1_000\"", hint: "write 1000"),
        Swap("vcpus: 1", "vcpus: §1.0", vcpus + "the number 1.0"),
        Swap("vcpus: 1", "vcpus: §1e1", vcpus + "the number 1e1"),
        Swap("vcpus: 1", "vcpus: §yes", vcpus + "the text \"yes\""),
        Swap("vcpus: 1", "vcpus: §true", vcpus + "the boolean true"),
        Swap("vcpus: 1", "vcpus: §[1]", vcpus + "a list"),
        Swap(
            "ram_mb: 128", "ram_mb: §128MB", "expected a whole number from 1 to 16777216, found the text \"128MB\"",
            hint: "write the number alone; the key's name says the unit"),
        Swap("vcpus: 1", "vcpus: §0", "0 is out of range: expected a whole number from 1 to 1024"),
        Swap("vcpus: 1", "vcpus: §-1", "-1 is out of range: expected a whole number from 1 to 1024"),
        Swap(
            "vcpus: 1", "vcpus: §99999999999999999999",
            "99999999999999999999 is out of range: expected a whole number from 1 to 1024"),
        Swap("vcpus: 1", "§vcpus: ", "\"vcpus\" has no value"),
        Swap("vcpus: 1", "§vcpus: ~", "\"vcpus\" has no value"),
        Swap(
            "username: nova", "username: nova\n    port: §65536",
            "65536 is out of range: expected a whole number from 1 to 65535"),
    ]

    static let booleans = [
        Swap(
            "username: nova", "username: nova\n    insecure: §yes", "expected true or false, found the text \"yes\"",
            hint: "write true; YAML 1.2 takes yes and on for text"),
        Swap(
            "username: nova", "username: nova\n    insecure: §off", "expected true or false, found the text \"off\"",
            hint: "write false; YAML 1.2 takes no and off for text"),
        Swap(
            "username: nova", "username: nova\n    insecure: §1", "expected true or false, found the number 1",
            hint: "write true; YAML 1.2 takes yes and on for text"),
        Swap(
            "username: nova", "username: nova\n    insecure: §'true'",
            "expected true or false, found the text \"true\"", hint: "remove the quotes"),
        Swap(
            "username: nova", "username: §true", "expected text, found the boolean true",
            hint: "put it in quotes if it is a name"),
    ]

    static let kinds = [
        Swap(
            "[controller, network]", "§controller", "expected a list of roles, found the text \"controller\"",
            hint: "a list of one is [role]"),
        Swap("[controller, network]", "§{ controller: network }", "expected a list of roles, found a mapping"),
        Swap("[controller, network]", "[controller, §[network]]", "expected a role, found a list"),
        Swap("cidr: 10.77.0.0/24", "cidr: §{}", "expected an IPv4 network such as 10.77.0.0/24, found a mapping"),
        Swap("nodes:\n", "nodes:\n  x: §[]\n", "node \"x\": expected a mapping, found a list"),
        Swap("nodes:\n", "nodes:\n  §x:\n", "node \"x\": expected a mapping, found nothing"),
        Swap(
            "groups:\n  fast: { availability_zone: fast }", "groups: §[fast]",
            "expected a mapping from names to groups, found a list"),
        Swap(
            "{ DEFAULT: { debug: true } }", "{ DEFAULT: §debug }",
            "expected a mapping from names to options of [DEFAULT], found text"),
        Swap("debug: true", "debug: §{ a: b }", "expected a value, a list of values or { append: … }, found a mapping"),
        Swap(
            "debug: true", "debug: §\"a\\nb = c\"",
            "expected a value or a list of values, found several lines or control characters"),
        Swap("username: nova", "username: §''", "expected text, found an empty text"),
        Swap("    username: nova\n", "", "vcenter \"vc1\" has no \"username\""),
    ].map { swap in
        // What is missing is reported at the key that lacks it.
        swap.new.isEmpty
            ? Swap(
                "  vc1:\n    address: 10.77.0.50\n    username: nova\n", "  §vc1:\n    address: 10.77.0.50\n", swap.what
            ) : swap
    }

    static let patterns = [
        Swap(
            "lab: sample", "lab: §Sample",
            "\"Sample\" is no name of a lab: only lower-case letters, digits and hyphens are allowed"),
        Swap(
            "lab: sample", "lab: §sample-of-labs",
            "\"sample-of-labs\" is no name of a lab: it has more than 12 characters"),
        Swap(
            "provider: sandbox", "provider: §sandbx", "\"sandbx\" is not a valid provider",
            hint: "did you mean \"sandbox\"? known are: ssh, sandbox"),
        Swap(
            "  kvm1:", "  §kvm_1:",
            "\"kvm_1\" is no name for a node: only lower-case letters, digits and hyphens are allowed"),
        Swap("  kvm1:", "  §-kvm:", "\"-kvm\" is no name for a node: it may not begin or end with a hyphen"),
        Swap("  kvm1:", "  §localhost:", "\"localhost\" is no name for a node: every machine calls itself so"),
        Swap("10.77.0.21", "§10.77.0", "expected an IPv4 address such as 10.77.0.10, found \"10.77.0\""),
        Swap("10.77.0.21", "§10.77.0.021", "expected an IPv4 address such as 10.77.0.10, found \"10.77.0.021\""),
        Swap(
            "cidr: 10.78.0.0/24", "cidr: §10.78.0.1/24", "10.78.0.1/24 is an address within a network",
            hint: "the network is 10.78.0.0/24"),
        Swap(
            "cidr: 10.78.0.0/24", "cidr: §10.78.0.0/33",
            "expected an IPv4 network such as 10.77.0.0/24, found \"10.78.0.0/33\""),
        Swap("cidr: 10.78.0.0/24", "cidr: §10.78.0.0/31", "a network needs a prefix from /8 to /29, not /31"),
        Swap(
            "address: 10.77.0.50", "address: §https://vc",
            "\"https://vc\" is no address: give it without scheme, port and path"),
        Swap(
            "'^shared-'", "§'^shared-('", "\"^shared-(\" is no regular expression: missing ), unterminated subpattern"),
        Swap(
            "username: nova", "username: nova\n    thumbprint: §aa:bb",
            "expected the certificate's SHA-256 as 64 hexadecimal digits, found \"aa:bb\""),
        Swap(
            "eth1", "§enp0s31f6-a-b-cd", "\"enp0s31f6-a-b-cd\" is no network interface: it has more than 15 characters"),
        Swap(
            "availability_zone: fast", "availability_zone: §a:b",
            "\"a:b\" is no availability zone: colons and commas are not allowed"),
        Swap(
            "  tiny: { vcpus", "  §a/b: { vcpus: 1, ram_mb: 4, disk_gb: 0 }\n  tiny: { vcpus",
            "\"a/b\" is no name for a flavor: only letters, digits, blanks, dots, hyphens and underscores are allowed, a letter or digit first"
        ),
        Swap(
            "nova.conf:", "§/etc/nova.conf:",
            "\"/etc/nova.conf\" is no name for a file: give the file's name without its directory, e.g. nova.conf"),
        Swap(
            "{ DEFAULT:", "{ §\"a]\":",
            "\"a]\" is no name for a section: blanks, brackets, =, :, # and ; are not allowed"),
        Swap(
            "debug: true", "§\"a=b\": true",
            "\"a=b\" is no name for an option: blanks, brackets, =, :, # and ; are not allowed"),
        Swap("builtin: tiny-guest", "builtin: §tiny-gest", "\"tiny-gest\" is not a valid image that Polyvisor builds"),
        Swap("  tiny: { builtin: tiny-guest,", "  §tiny: {", "image \"tiny\" has no disk"),
        Swap("builtin: tiny-guest", "file: a, §builtin: tiny-guest", "image \"tiny\" has both a file and a builtin"),
    ]
}
