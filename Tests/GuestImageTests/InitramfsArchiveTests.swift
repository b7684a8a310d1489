import Foundation
import Subprocess
import Testing

@testable import GuestImage

@Suite("the archive that the kernel unpacks")
struct InitramfsArchiveTests {
    private func sample() -> InitramfsArchive {
        var archive = InitramfsArchive()
        archive.add(directory: "bin")
        archive.add(file: "bin/tool", mode: 0o755, content: Array("#!/bin/sh\n".utf8))
        archive.add(file: "é", content: [0, 1, 2])
        archive.add(link: "bin/other", to: "tool")
        archive.finish()
        return archive
    }

    @Test("GNU cpio lists what was put in, with owner, mode and size", .enabled(if: isInstalled("cpio")))
    func listing() async throws {
        let result = try await run(
            .name("cpio"), arguments: ["-tv", "--numeric-uid-gid", "--quiet"],
            environment: .inherit.updating(["TZ": "UTC", "LC_ALL": "C"]), input: .array(sample().bytes),
            output: .string(limit: 4096), error: .string(limit: 4096))
        #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
        let lines = result.standardOutput.split(separator: "\n").map { $0.split(separator: " ") }
        #expect(lines.map { $0[0] } == ["drwxr-xr-x", "-rwxr-xr-x", "-rw-r--r--", "lrwxrwxrwx"])
        #expect(lines.allSatisfy { $0[2] == "0" && $0[3] == "0" })
        #expect(lines.map { $0[4] } == ["0", "10", "3", "4"])
        #expect(lines.last?.suffix(3) == ["bin/other", "->", "tool"])
    }

    @Test("the same entries give the same bytes")
    func stable() {
        #expect(sample().bytes == sample().bytes)
    }
}
