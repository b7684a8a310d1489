import Testing

@testable import Topology

@Suite("The nearest name")
struct NearestTests {
    @Test(
        "is found across slips, case and separators",
        arguments: [
            ("controler", "controller"), ("contorller", "controller"), ("datastoreRegex", "datastore_regex"),
            ("Compute", "compute"),
            ("netwrok", "network"), ("datastore-regex", "datastore_regex"),
        ])
    func found(_ given: String, _ meant: String) {
        #expect(nearest(to: given, among: ["controller", "compute", "network", "datastore_regex"]) == meant)
    }

    @Test("is none when nothing is near", arguments: ["", "x", "storage", String(repeating: "a", count: 10_000)])
    func none(_ given: String) { #expect(nearest(to: given, among: ["controller", "compute", "network"]) == nil) }
}

@Suite("Regular expressions of Python")
struct PythonRegexTests {
    @Test(
        "that compile there are accepted",
        arguments: [
            "^shared-", "a|b", "(?i)ds.*", "(?:a|b)+?", "[^]a-z-]+", "(?P<n>x)(?P=n)", "a{2}", "a{,3}", "a{b}",
            "\\d+\\.\\w", "x(?=y)(?<!z)", "[[]", "a**".dropLast().description,
        ])
    func good(_ pattern: String) { #expect(PythonRegex.problem(in: pattern) == nil) }

    @Test(
        "that do not compile there are refused in its words",
        arguments: [
            ("a(", "missing ), unterminated subpattern"), ("a)", "unbalanced parenthesis at position 1"),
            ("[a", "unterminated character set at position 0"),
            ("*a", "nothing to repeat at position 0"), ("a**", "multiple repeat at position 2"),
            ("a\\", "bad escape (end of pattern) at position 1"),
            ("[z-a]", "bad character range z-a at position 0"), ("\\q", "bad escape \\q at position 0"),
            ("a{3,2}", "min repeat greater than max repeat at position 1"),
            ("(?<n>a)", "unknown extension (? at position 0"), ("^*", "nothing to repeat at position 1"),
        ])
    func bad(_ pattern: String, _ reason: String) { #expect(PythonRegex.problem(in: pattern) == reason) }
}
