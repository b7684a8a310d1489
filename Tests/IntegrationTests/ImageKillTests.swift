import Foundation
import Subprocess
import SystemPackage
import Testing

/// `polyvisor image convert` as a user's machine may end it: by SIGKILL, which no program can answer.
@Suite("a conversion that is killed")
struct ImageKillTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "polyvisor-kill-\(UUID().uuidString)")
    private func path(_ name: String) -> String { folder.appending(path: name).path }

    /// 24 MB that take a second or more at the highest level.
    private func makeFolder() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var generator = SystemRandomNumberGenerator()
        let noise = Data(
            (0..<3_000_000).flatMap { _ in withUnsafeBytes(of: generator.next() & 0x1F1F_1F1F_1F1F_1F1F) { Array($0) } }
        )
        try noise.write(to: folder.appending(path: "disk.raw"))
        try Data("mine".utf8).write(to: folder.appending(path: ".other.vmdk.polyvisor-partial"))
    }

    private func names() throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
    }

    @Test(
        "leaves nothing under the output's name, and the next run removes what it left and nothing else",
        arguments: [0, 65_537, 3_000_000, 9_000_000])
    func killed(_ size: Int) async throws {
        try makeFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let before = try names()
        let partial = ".disk.vmdk.polyvisor-partial"
        let process = try started()
        while process.isRunning, (fileSize(partial) ?? -1) < size { usleep(500) }
        #expect(kill(process.processIdentifier, SIGKILL) == 0)
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal, "it was over before it could be killed")
        #expect(try names() == before.union([partial]))

        let convert = try await convert()
        #expect(convert.terminationStatus == .exited(0))
        #expect(try names() == before.union(["disk.vmdk"]))
        let compare = try await run(
            "qemu-img", "compare", "-f", "raw", "-F", "vmdk", path("disk.raw"), path("disk.vmdk"))
        #expect(compare.terminationStatus == .exited(0))
    }

    private func fileSize(_ name: String) -> Int? {
        (try? FileManager.default.attributesOfItem(atPath: path(name)))?[.size] as? Int
    }

    /// The process itself, so that its identifier can be killed.
    private func started() throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: IntegrationLab.polyvisor)
        process.arguments = ["image", "convert", path("disk.raw"), path("disk.vmdk"), "--level", "12", "--quiet"]
        try process.run()
        return process
    }

    private func convert() async throws -> ExecutionOutcome {
        try await run(IntegrationLab.polyvisor, "image", "convert", path("disk.raw"), path("disk.vmdk"), "--quiet")
    }

    private func run(_ program: String, _ arguments: String...) async throws -> ExecutionOutcome {
        let result = try await Subprocess.run(
            program.hasPrefix("/") ? .path(FilePath(program)) : .name(program), arguments: Arguments(arguments),
            output: .discarded, error: .string(limit: 1 << 16))
        return ExecutionOutcome(terminationStatus: result.terminationStatus, errors: result.standardError)
    }

    private struct ExecutionOutcome {
        var terminationStatus: TerminationStatus
        var errors: String
    }
}
