import Foundation
import LocalShell
import Testing

@testable import Facts

@Suite("facts of a node")
struct NodeFactsTests {
    @Test("are read from what the script prints on a real machine")
    func real() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "facts \(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { unlink(folder.path) }
        let file = folder.appending(path: "a file").path
        try Data("abc".utf8).write(to: URL(fileURLWithPath: file))
        chmod(file, 0o640)
        var questions = NodeQuestions()
        (questions.packages, questions.files) = (["bash", "no-such-package"], [file, "/no/such"])
        let facts = NodeFacts(parsing: try shell(questions.script))
        #expect(facts.system?.id == "debian")
        #expect(facts.packages.keys.sorted() == ["bash"])
        // SHA-256 of "abc", FIPS 180-4.
        #expect(facts.files[file]?.digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(facts.files[file]?.mode == 0o640)
        #expect(facts.files["/no/such"] == nil)
        #expect(abs((facts.files[file]?.changed ?? 0) - Date().timeIntervalSince1970) < 60)
    }

    @Test("know one thing each that was asked, and nothing else")
    func asked() throws {
        let facts = NodeFacts(parsing: try shell(NodeQuestions().script), sent: 0, received: 1e12)
        var expected = NodeFacts()
        (expected.system, expected.clockAhead) = (facts.system, facts.clockAhead)
        #expect(facts == expected && facts.system != nil && facts.clockAhead != nil)
    }

    @Test("know units by their short names and when they started")
    func units() {
        let facts = NodeFacts(
            parsing: """
                now 1000.5 100.5
                Id=keystone.service
                ActiveState=active
                UnitFileState=enabled
                ExecMainStartTimestampMonotonic=40000000
                ActiveEnterTimestamp=Mon 2026-11-30 21:10:05 UTC
                Restart=on-failure

                Id=polyvisor-nova-compute@cluster_a.service
                ActiveState=inactive
                UnitFileState=
                ExecMainStartTimestampMonotonic=0
                ActiveEnterTimestamp=
                Restart=no

                stamp database-nova 2:26.2.2-1~deb12u5
                database nova_api

                """)
        #expect(
            facts.units["keystone"]
                == .init(
                    active: "active", enabled: "enabled", started: 940, since: "2026-11-30T21:10:05Z",
                    restart: "on-failure"))
        #expect(
            facts.units["polyvisor-nova-compute@cluster_a"]
                == .init(active: "inactive", enabled: "", started: 0, restart: "no"))
        #expect(facts.stamps == ["database-nova": "2:26.2.2-1~deb12u5"])
        #expect(facts.databases == ["nova_api"])
    }
}

/// What a shell prints that reads a text on standard input, as a node's does.
func shell(_ text: String, in shell: String = "sh") throws -> String {
    let answer = try localShell(text, in: shell)
    #expect(answer.status == 0)
    return answer.output
}
