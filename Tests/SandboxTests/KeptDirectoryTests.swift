import Foundation
import Testing

@testable import Sandbox

/// Real control groups, hence root.
@Suite("directories that are made once", .enabled(if: geteuid() == 0, "needs root"))
struct KeptDirectoryTests {
    private func withKept(_ body: (KeptDirectory) async throws -> Void) async throws {
        let parent = NSTemporaryDirectory() + "pv-kept-\(UUID().uuidString)"
        try Files.makeDirectory(parent)
        defer { try? FileManager.default.removeItem(atPath: parent) }
        try await body(KeptDirectory(kind: "test", key: UUID().uuidString, parent: parent))
    }

    private func make(_ kept: KeptDirectory, _ script: String) async throws -> Bool {
        try await kept.make(reporter: Reporter { _ in }) { workshop in
            let command = HostCommand("sh", "-c", "cd \(workshop.directory) && \(script)")
            try await workshop.run(command.lasting(atMost: .seconds(600)), doing: "make it")
        }
    }

    private func expectNoGroup(_ kept: KeptDirectory) throws {
        let hierarchies = try ControlGroup.hierarchies(in: MountTable.current())
        let left = ControlGroup.names(in: hierarchies).filter { $0 == kept.groupName }
        #expect(left == [])
    }

    @Test("the first makes it, the second finds it")
    func once() async throws {
        try await withKept { kept in
            #expect(try await make(kept, "echo first >file"))
            #expect(try await !make(kept, "echo second >file"))
            #expect(Files.read("\(kept.path)/file") == "first\n")
            try expectNoGroup(kept)
        }
    }

    @Test("two at once make it once")
    func together() async throws {
        try await withKept { kept in
            async let first = make(kept, "sleep 0.3; echo x >>file")
            async let second = make(kept, "sleep 0.3; echo x >>file")
            let made = [try await first, try await second]
            #expect(made.filter { $0 }.count == 1)
            #expect(Files.read("\(kept.path)/file") == "x\n")
        }
    }

    @Test("a failure leaves nothing half-made and tells the end of the log")
    func failure() async throws {
        try await withKept { kept in
            do {
                _ = try await make(kept, "echo x >file; echo no such mirror; exit 3")
                Issue.record("it did not fail")
            } catch let error as SandboxError {
                #expect(error.reason.contains("status 3") && error.reason.contains("no such mirror"))
            }
            #expect(!kept.isMade)
            #expect(Files.names(in: kept.parent).filter { $0.hasPrefix(".new") } == [])
            try expectNoGroup(kept)
        }
    }

    @Test("cancelled in the middle, it ends what runs and removes what there is")
    func cancelled() async throws {
        try await withKept { kept in
            let task = Task { try await make(kept, "echo x >file; sleep 3600 & sleep 3600") }
            try await Task.sleep(for: .milliseconds(400))
            task.cancel()
            await #expect(throws: (any Error).self) { try await task.value }
            #expect(Files.names(in: kept.parent).filter { $0.hasPrefix(".new") } == [])
            try expectNoGroup(kept)
        }
    }

    @Test("what a killed process left running is ended by the next, or by who clears up")
    func abandoned() async throws {
        for clearing in [true, false] {
            try await withKept { kept in
                // As a process that was killed leaves it: a half-made directory, and a child in the control group.
                let group = ControlGroup(
                    kept.groupName, in: try ControlGroup.hierarchies(in: MountTable.current()))
                try Files.makeDirectory("\(kept.parent)/.new-\(kept.key)")
                let orphan = try await DetachedProcess(
                    command: ["sleep", "3600"], controlGroup: group, record: "\(kept.parent)/record",
                    log: "\(kept.parent)/log"
                ).start(doing: "leave an orphan")
                #expect(orphan.isAlive)
                if clearing {
                    try await KeptDirectory.clearAbandoned(kind: "test", in: kept.parent)
                    #expect(!Files.exists("\(kept.parent)/.new-\(kept.key)"))
                } else {
                    #expect(try await make(kept, "echo x >file"))
                }
                #expect(!orphan.isAlive)
                try expectNoGroup(kept)
            }
        }
    }
}
