import Testing

@testable import Topology

@Suite("Renaming an option among the overrides")
struct OverrideEditTests {
    private func topology(_ overrides: String) -> String {
        """
        # ünïcode, and comments that stay
        lab: fix
        release: zed
        defaults: { ssh: { user: root, identity_file: key }, physical_interfaces: { physnet1: eth1 } }
        nodes:
          controller: { address: 192.0.2.10, roles: [controller, network] }
          kvm1: { address: 192.0.2.21, roles: [compute], hypervisor: kvm }
        networks:
          management: { cidr: 192.0.2.0/24 }
          provider: { type: flat, physical_network: physnet1, cidr: 198.51.100.0/24 }
        overrides:
        \(overrides)
        # the end

        """
    }

    /// The overrides' lines with the only `sql_connection` as `[database] connection`, or the reason why not.
    private func renamed(_ overrides: String, to section: String = "database", _ option: String = "connection") throws
        -> String
    {
        let text = topology(overrides)
        let lab = try Lab.read(text: text.utf8, file: "t.yaml").lab
        let override = try #require(lab.overrides.first { $0.option == "sql_connection" })
        do {
            let edited = try OverrideEdit.rename(override, to: section, option, in: Array(text.utf8), file: "t.yaml")
            let lines = String(decoding: edited, as: UTF8.self).components(of: topology("\u{1}"))
            return try #require(lines)
        } catch let error as OverrideEditError {
            return error.reason
        }
    }

    @Test(
        "writes the new name where the old one stood, or into the section of the new one",
        arguments: [
            (
                "  nova.conf: { all: { DEFAULT: { sql_connection: 'a', debug: true } } }",
                "  nova.conf: { all: { database: { connection: 'a' }, DEFAULT: { debug: true } } }"
            ),
            (
                "  nova.conf: { all: { DEFAULT: { debug: true, sql_connection: a }, database: { x: 1 } } } # why",
                "  nova.conf: { all: { DEFAULT: { debug: true }, database: { connection: a, x: 1 } } } # why"
            ),
            (
                "  nova.conf: { all: { DEFAULT: { sql_connection: a } } }",
                "  nova.conf: { all: { database: { connection: a } } }"
            ),
            (
                """
                  nova.conf:
                    all:
                      DEFAULT:
                        # speak
                        debug: true   # much
                        "sql_connection": { append: [a] }   # ours
                        host: b
                """,
                """
                  nova.conf:
                    all:
                      database:
                        connection: { append: [a] }   # ours
                      DEFAULT:
                        # speak
                        debug: true   # much
                        host: b
                """
            ),
            (
                """
                  nova.conf:
                    all:
                      DEFAULT:
                        sql_connection: a   # ours
                      database:
                        # theirs
                        x: 1
                """,
                """
                  nova.conf:
                    all:
                      database:
                        # theirs
                        connection: a   # ours
                        x: 1
                """
            ),
            (
                """
                  nova.conf:
                    all:
                      DEFAULT: { debug: true, sql_connection: a }   # both
                """,
                """
                  nova.conf:
                    all:
                      database: { connection: a }
                      DEFAULT: { debug: true }   # both
                """
            ),
        ])
    func places(_ before: String, _ after: String) throws { #expect(try renamed(before) == after) }

    @Test("changes the key alone in the same section, also of one that is replaced")
    func sameSection() throws {
        let replaced = "  nova.conf: { all: { DEFAULT: { replace: { a: 1, sql_connection: b } } } }"
        #expect(
            try renamed(replaced, to: "DEFAULT", "new")
                == "  nova.conf: { all: { DEFAULT: { replace: { a: 1, new: b } } } }")
    }

    @Test("keeps line ends and a byte order mark")
    func bytes() throws {
        let overrides = "  nova.conf:\n    all:\n      DEFAULT:\n        debug: true\n        sql_connection: a"
        let text = "\u{FEFF}" + topology(overrides).replacing("\n", with: "\r\n")
        let override = try #require(
            Lab.read(text: text.utf8, file: "t").lab.overrides.first { $0.option == "sql_connection" })
        let edited = try OverrideEdit.rename(override, to: "database", "connection", in: Array(text.utf8), file: "t")
        let expected = text.replacing(
            "      DEFAULT:\r\n        debug: true\r\n        sql_connection: a",
            with: "      database:\r\n        connection: a\r\n      DEFAULT:\r\n        debug: true")
        #expect(Array(expected.utf8) == edited)
    }

    @Test(
        "leaves what it cannot write without losing something",
        arguments: [
            (
                "  nova.conf: { all: { DEFAULT: { sql_connection: a, b: 1 }, database: { connection: c } } }",
                "set as well"
            ),
            ("  nova.conf: { all: { DEFAULT: { replace: { sql_connection: a, b: 1 } } } }", "replaced as a whole"),
            (
                """
                  nova.conf:
                    all:
                      DEFAULT:
                        b: 1
                        sql_connection: [a,
                          c]
                """, "several lines"
            ),
            (
                """
                  nova.conf:
                    all:
                      DEFAULT:
                        # a comment that would go
                        sql_connection: a
                      database: { x: 1 }
                """, "something else"
            ),
            (
                """
                  nova.conf:
                    all: &all
                      DEFAULT: { sql_connection: a }
                    kvm1: *all
                """, "without changing more"
            ),
        ])
    func refused(_ overrides: String, _ reason: String) throws {
        let said = try renamed(overrides)
        #expect(said.contains(reason), "\(said)")
    }
}

extension String {
    /// What stands in place of the only \u{1} of a frame; nil when the text is not in that frame.
    fileprivate func components(of frame: String) -> String? {
        let parts = frame.split(separator: "\u{1}", omittingEmptySubsequences: false)
        guard hasPrefix(parts[0]), hasSuffix(parts[1]) else { return nil }
        return String(dropFirst(parts[0].count).dropLast(parts[1].count))
    }
}
