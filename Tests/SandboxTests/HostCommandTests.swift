import Foundation
import Testing

@testable import Sandbox

@Suite("commands of the host")
struct HostCommandTests {
    private func failure(_ body: () async throws -> Void) async throws -> SandboxError {
        do {
            try await body()
        } catch let error as SandboxError { return error }
        throw SandboxError(.command, doing: "test", reason: "no error was thrown")
    }

    @Test("input goes in, output comes back")
    func output() async throws {
        #expect(try await HostCommand("cat").feeding("grüße\n").run(doing: "copy") == "grüße\n")
    }

    @Test("a failure names the command, its status and the end of its complaints")
    func status() async throws {
        let error = try await failure {
            try await HostCommand("sh", "-c", "for i in $(seq 20); do echo line $i >&2; done; exit 7").run(doing: "try")
        }
        #expect(error.kind == .command && error.doing == "try")
        #expect(error.reason.hasPrefix("sh ended with status 7:\n    line 13"))
    }

    @Test("a full disk is told apart")
    func diskFull() async throws {
        let error = try await failure {
            try await HostCommand("sh", "-c", "cat /etc/passwd >/dev/full").run(doing: "write")
        }
        #expect(error.kind == .diskFull)
    }

    @Test("a missing program is named")
    func missing() async throws {
        let error = try await failure { try await HostCommand("no-such-program-pv").run(doing: "try") }
        #expect(error.reason.contains("no-such-program-pv"))
    }

    @Test("a command that takes too long is ended")
    func timeout() async throws {
        let began = ContinuousClock.now
        let error = try await failure {
            try await HostCommand("sleep", "3600").lasting(atMost: .milliseconds(200)).run(doing: "wait")
        }
        #expect(error.reason.contains("did not end within"))
        #expect(ContinuousClock.now - began < .seconds(900))
    }
}

@Suite("files")
struct FilesTests {
    @Test("a link in the place of a file is replaced, what it leads to is left alone")
    func link() throws {
        let directory = NSTemporaryDirectory() + "pv-files-\(getpid())"
        try Files.makeDirectory(directory)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try Files.write("the host's", to: "\(directory)/host")
        #expect(symlink("\(directory)/host", "\(directory)/resolv.conf") == 0)
        try Files.write("the node's", to: "\(directory)/resolv.conf", mode: 0o600)
        #expect(Files.read("\(directory)/host") == "the host's")
        #expect(Files.read("\(directory)/resolv.conf") == "the node's")
        #expect(Files.names(in: directory) == ["host", "resolv.conf"])
        let mode =
            try FileManager.default.attributesOfItem(atPath: "\(directory)/resolv.conf")[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }
}
