import Foundation
import Testing
import Topology

@testable import Records

@Suite("what is remembered of a lab")
struct StateTests {
    private let directory = FileManager.default.temporaryDirectory.appending(
        path: "polyvisor-test-\(UUID().uuidString)")

    @Test("is for its owner's eyes only")
    func modes() throws {
        let state = LabState(directory: directory)
        var store = try SecretStore(state)
        _ = try store.secrets(named: [.admin])
        _ = try Journal(state)
        let log = try RunLog(state, command: "up")
        log.write("node", "text")
        #expect(try mode(directory.path) == 0o700)
        for file in ["secrets.json", "journal.sqlite"] {
            #expect(try mode(directory.appending(path: file).path) == 0o600)
        }
        #expect(try mode(log.path) == 0o600)
    }

    @Test("secrets are made once")
    func secretsOnce() throws {
        var first = try SecretStore(LabState(directory: directory))
        var second = try SecretStore(LabState(directory: directory))
        let made = try first.secrets(named: [.admin, .messageQueue])
        #expect(made[.admin] != made[.messageQueue])
        #expect(made[.admin]?.reveal().count == 32)
        second = try SecretStore(LabState(directory: directory))
        #expect(try second.secrets(named: [.admin])[.admin] == made[.admin])
    }

    @Test("a damaged store is an error that quotes nothing of it")
    func damaged() throws {
        let state = LabState(directory: directory)
        try state.make()
        try Data("{\"user/admin\": \"PLANTED\"".utf8).write(to: directory.appending(path: "secrets.json"))
        let error = #expect(throws: SecretProblem.self) { try SecretStore(state) }
        #expect(error?.description.contains("PLANTED") == false)
        #expect(error?.description.contains("secrets.json") == true)
    }

    @Test("one process at a time works on a lab")
    func lock() throws {
        let state = LabState(directory: directory)
        let lock = try state.lock()
        #expect(throws: LabBusy.self) { try state.lock() }
        withExtendedLifetime(lock) {}
    }

    @Test("the log has no known secret")
    func redaction() throws {
        let log = try RunLog(LabState(directory: directory), command: "up")
        log.hide([Secret("PLANTED-1")])
        log.write("controller", "mysql://nova:PLANTED-1@127.0.0.1\nsecond line")
        let text = try String(contentsOfFile: log.path, encoding: .utf8)
        #expect(!text.contains("PLANTED-1"))
        #expect(text.contains("•••@127.0.0.1") && text.contains("second line"))
    }

    @Test("a secret comes from the environment, a file or a command, or the error says what to do")
    func references() throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try Data("PLANTED\nrest\n".utf8).write(to: directory.appending(path: "password"))
        func resolve(_ reference: SecretReference) throws -> String? {
            try reference.resolve(for: "password of vc1", relativeTo: directory.path, environment: ["PW": "PLANTED"])?
                .reveal()
        }
        #expect(try resolve(.environment("PW")) == "PLANTED")
        #expect(try resolve(.file("password")) == "PLANTED")
        #expect(try resolve(.command("printf 'PLANTED\\n'")) == "PLANTED")
        #expect(try resolve(.generated) == nil)
        for reference in [SecretReference.environment("NO"), .file("none"), .command("echo PLANTED >&2; exit 3")] {
            let error = #expect(throws: SecretProblem.self) { try resolve(reference) }
            #expect(error?.description.contains("password of vc1") == true)
            #expect(error?.description.contains("PLANTED") == false)
        }
    }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return attributes[.posixPermissions] as? Int ?? 0
    }
}
