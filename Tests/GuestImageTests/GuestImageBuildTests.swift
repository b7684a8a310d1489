import Foundation
import Subprocess
import Testing

@testable import GuestImage

/// These build the real image, with Debian's packages.
@Suite("building the guest image", .enabled(if: canBuildGuest), .timeLimit(.minutes(5)))
struct GuestImageBuildTests {
    @Test("two builds at once build once, clear away what a killed one left, and give the same bytes as any other")
    func reproducible() async throws {
        let directory = NSTemporaryDirectory() + "polyvisor-guest-again-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let half = "\(directory)/.partial/image"
        try FileManager.default.createDirectory(atPath: half, withIntermediateDirectories: true)
        try Data("half".utf8).write(to: URL(fileURLWithPath: "\(half)/guest.vmdk"))
        let built = Counter()
        async let first = GuestImage.build(in: directory) { _ in built.add() }
        async let second = GuestImage.build(in: directory) { _ in built.add() }
        let again = try await first
        #expect(try await second == again)
        #expect(try await GuestImage.build(in: directory) { _ in built.add() } == again)
        #expect(built.value == 1)
        let left = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
        #expect(left == [".lock", again.directory.split(separator: "/").last.map(String.init)])
        let image = try await builtGuest()
        // Not the container: mkfs.ext4 keeps when each file was made.
        for (one, other) in [(image.raw, again.raw), (image.qcow2, again.qcow2), (image.vmdk, again.vmdk)] {
            #expect(FileManager.default.contentsEqual(atPath: one, andPath: other), "\(other) differs")
        }
    }

    @Test("qemu-img finds no fault with the VMDK, and the same disk in it as in the raw file")
    func vmdk() async throws {
        let image = try await builtGuest()
        for arguments in [["check", image.vmdk], ["compare", image.raw, image.vmdk]] {
            let result = try await run(
                .name("qemu-img"), arguments: Arguments(arguments), output: .string(limit: 4096),
                error: .string(limit: 4096))
            #expect(result.terminationStatus.isSuccess, "\(result.standardOutput)\(result.standardError)")
        }
        let head = String(
            decoding: FileManager.default.contents(atPath: image.vmdk)?.prefix(4096) ?? Data(), as: UTF8.self)
        #expect(head.contains("createType=\"streamOptimized\"\n"))
        #expect(head.contains("ddb.adapterType = \"lsilogic\"\n"))
        #expect(head.contains("\nCID=706f6c79\nparentCID=ffffffff\n"))
    }

    @Test("e2fsck finds no fault with the container, whose init is the guest's own")
    func container() async throws {
        let image = try await builtGuest()
        let check = try await run(
            .name("e2fsck"), arguments: ["-f", "-n", image.container], output: .string(limit: 4096),
            error: .string(limit: 4096))
        #expect(check.terminationStatus.isSuccess, "\(check.standardOutput)\(check.standardError)")
        let script = try await run(
            .name("debugfs"), arguments: ["-R", "cat /init", image.container], output: .string(limit: 1 << 16),
            error: .string(limit: 4096))
        #expect(script.standardOutput == GuestScript.all.first { $0.path == "init" }?.text)
    }

    @Test("a cache that cannot be made is an error with its path")
    func badDirectory() async throws {
        let error = await #expect(throws: GuestImageError.self) {
            try await GuestImage.build(in: "/dev/null/cache")
        }
        #expect(error?.kind == .io)
        #expect(error?.doing.contains("/dev/null/cache") == true)
    }

    @Test("a program that is missing is named with its package")
    func missingTool() async throws {
        let error = await #expect(throws: GuestImageError.self) {
            try await HostTool(directory: "/").run("no-such-program", [], doing: "try")
        }
        #expect(error?.kind == .toolMissing("no-such-program"))
        #expect(error?.hint == "apt-get install no-such-program")
    }
}
