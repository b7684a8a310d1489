import Foundation
import Testing
import Topology

@testable import Records

@Suite("secrets that are remembered")
struct SecretStoreTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "polyvisor-\(UUID().uuidString)")

    @Test("show in no dump of what holds them")
    func dumps() throws {
        let state = LabState(directory: folder)
        try state.write(Data(#"{"user/admin": "PLANTED"}"#.utf8), to: "secrets.json")
        let log = try RunLog(state, command: "up")
        log.hide([Secret("PLANTED")])
        for holder in [try SecretStore(state), log, FileStore(state)] as [Any] {
            var dumped = ""
            dump(holder, to: &dumped)
            for text in [dumped, String(describing: holder), String(reflecting: holder)] {
                #expect(!text.contains("PLANTED"), "\(type(of: holder))")
            }
        }
    }

    @Test("never reach a log, however they are written")
    func logs() throws {
        let log = try RunLog(LabState(directory: folder), command: "up")
        let secrets = ["PLANTED", "PLANTED-longer", "PLANTED one\nPLANTED two", "p@$$'<w>d/PLANTED"]
        log.hide(secrets.map { Secret($0) })
        for secret in secrets { log.write("node", "it is \(secret), see") }
        for line in secrets[2].split(separator: "\n") { log.write("node", String(line)) }
        log.write("node", "PLANTED\u{301} joins a letter; user:p%40%24%24%27%3Cw%3Ed%2FPLANTED@host")
        log.write("node", "password = p@$$$$'<w>d/PLANTED and <password>p@$$'&lt;w&gt;d/PLANTED</password>")
        log.write("node", #"su -c 'p@$$'\''<w>d/PLANTED'"#)
        let text = try String(contentsOfFile: log.path, encoding: .utf8)
        #expect(!text.contains("PLANTED"))
        #expect(!text.contains("longer") && !text.contains("p@") && !text.contains("p%40"), "\(text)")
    }

    @Test("are the same for all who ask for them at once")
    func race() async throws {
        let state = LabState(directory: folder)
        let seen = try await withThrowingTaskGroup(of: Secret?.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var store = try SecretStore(state)
                    return try store.secrets(named: [.admin])[.admin]
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(seen.count == 8 && Set(seen.map { $0?.reveal() }).count == 1)
    }

    @Test("stay as they were when they cannot be written")
    func partialWrite() throws {
        let state = LabState(directory: folder)
        try FileManager.default.createDirectory(at: folder.appending(path: "taken"), withIntermediateDirectories: true)
        let error = #expect(throws: StateError.self) { try state.write(Data("PLANTED".utf8), to: "taken") }
        #expect(error?.description.contains("\(folder.path)/taken") == true)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(left == ["taken"])
    }

    @Test(
        "of an empty variable, an empty file or a silent command are an error",
        arguments: [
            SecretReference.environment("EMPTY"), .file("empty"), .command("true"), .command("exit 7"),
        ])
    func nothing(_ reference: SecretReference) throws {
        try LabState(directory: folder).make()
        try Data().write(to: folder.appending(path: "empty"))
        let error = #expect(throws: SecretProblem.self) {
            try reference.resolve(for: "password of vc1", relativeTo: folder.path, environment: ["EMPTY": ""])
        }
        #expect(error?.description.hasPrefix("password of vc1: ") == true)
        #expect(error?.hint.isEmpty == false)
    }
}
