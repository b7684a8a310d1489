import Foundation
import Release
import Subprocess
import Testing

@testable import Verification

@Suite("words of a log")
struct LogWordsTests {
    /// Runs the command as a node would, beside a `systemctl` that says what a test wants.
    private func words(
        _ lines: [String], state: String, started: Date = Date(timeIntervalSinceNow: -7200), orWarning: Bool = false
    ) async throws -> String? {
        let folder = FileManager.default.temporaryDirectory.appending(path: "log-words-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let log = folder.appending(path: "nova-compute.log")
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: log)
        let systemctl = folder.appending(path: "systemctl")
        let script = """
            #!/bin/sh
            case $1 in is-active) echo \(state);; *) date -d @\(Int(started.timeIntervalSince1970)) '+%a %F %T %Z';; esac
            """
        try Data(script.utf8).write(to: systemctl)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: systemctl.path)
        let command = LogWords.command(
            log: log.path, unit: Distribution.usual.unit(ofLog: log.path), orWarning: orWarning)
        let path = "\(folder.path):/usr/bin:/bin"
        let result = try await run(
            .path("/bin/bash"), arguments: ["-c", command], environment: .inherit.updating(["PATH": path]),
            output: .string(limit: 10000))
        return LogWords.words(of: result.standardOutput ?? "")
    }

    private func line(_ level: String, _ words: String, minutesAgo: Double) -> String {
        let date = DateFormatter()
        date.dateFormat = "yyyy-MM-dd HH:mm:ss.SSS"
        let time = date.string(from: Date(timeIntervalSinceNow: -minutesAgo * 60))
        return "\(time) 123 \(level) nova.compute.manager [None req-1 a b] [instance: x] \(words)"
    }

    @Test("are those of the newest error, without its time and place")
    func newest() async throws {
        let lines = [
            line("ERROR", "first of all", minutesAgo: 3), line("ERROR", "AccessRefused: (403)", minutesAgo: 2),
            line("WARNING", "only a warning", minutesAgo: 1),
        ]
        #expect(try await words(lines, state: "activating") == "AccessRefused: (403)")
    }

    @Test("of a warning where that will do, and no error is there")
    func warning() async throws {
        let lines = [line("WARNING", "The metadata server said Forbidden.", minutesAgo: 1)]
        #expect(try await words(lines, state: "active") == nil)
        #expect(try await words(lines, state: "active", orWarning: true) == "The metadata server said Forbidden.")
    }

    @Test("are not of an error that is old, nor of one before a running service was started")
    func old() async throws {
        #expect(try await words([line("ERROR", "long ago it was", minutesAgo: 20)], state: "failed") == nil)
        let lines = [line("ERROR", "with the password of then", minutesAgo: 5)]
        let restart = Date(timeIntervalSinceNow: -120)
        #expect(try await words(lines, state: "active", started: restart) == nil)
        #expect(try await words(lines, state: "activating", started: restart) == "with the password of then")
        #expect(try await words(lines, state: "active") == "with the password of then")
    }
}
