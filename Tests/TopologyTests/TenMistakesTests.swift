import Foundation
import Testing

@testable import Topology

@Suite("Ten planted mistakes")
struct TenMistakesTests {
    private func found() throws -> TopologyProblems {
        let file = repository.appending(path: "Tests/TopologyTests/Golden/ten-mistakes.yaml")
        return problems(of: Array(try Data(contentsOf: file)))
    }

    @Test("are all reported in one run, each at its line and column")
    func places() throws {
        let found = try found()
        #expect(
            found.problems.compactMap(\.mark).map(\.description) == [
                "10:46",  // controler
                "11:26",  // 10.77.9.21 is not in the management network
                "16:31",  // cluster_c
                "17:3",  // kvm1 again
                "21:14",  // the controller's address
                "23:15",  // a password
                "26:20",  // datastore_regx
                "35:18",  // an address where a list should be
                "38:18",  // one
                "43:18",  // tinny
            ])
    }

    @Test("read as in the golden file, without the secret")
    func text() throws {
        let text = try found().description + "\n"
        #expect(!text.contains("secret-in"))
        try expectGolden(text, "ten-mistakes.txt")
    }

    @Test("can be told to a machine")
    func json() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(try found()), as: UTF8.self) + "\n"
        #expect(!text.contains("secret-in"))
        try expectGolden(text, "ten-mistakes.json")
    }
}
