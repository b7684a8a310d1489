import Foundation
import SSH
import Synchronization
import Testing

extension OverSSH {
    @Suite("A command")
    struct Commands {
        let server: LocalSSHServer
        init() throws { server = try LocalSSHServer.shared() }

        @Test("gives its status, output and errors, and is passed as UTF-8")
        func result() async throws {
            let link = try await server.open()
            let result = try await link.run("echo é漢; echo no >&2; exit 3")
            #expect(result.stdoutText == "é漢\n")
            #expect(result.stderrText == "no\n")
            #expect(result.status == 3)
            #expect(result.signal == nil)
            await link.close()
        }

        @Test("that a signal ended says which")
        func signal() async throws {
            let link = try await server.open()
            let result = try await link.run("kill -KILL $$")
            #expect(result.signal == "KILL")
            #expect(!result.succeeded)
            await link.close()
        }

        @Test("that has to succeed fails with its last words")
        func output() async throws {
            let link = try await server.open()
            let error = try await failure { _ = try await link.output(of: "echo broken >&2; exit 4") }
            #expect(error.kind == .commandFailed(status: 4))
            #expect(error.reason.contains("broken"))
            await link.close()
        }

        @Test("may say much on both outputs; what is beyond the limit is counted")
        func largeOutput() async throws {
            let link = try await server.open()
            let script = "for i in 1 2 3; do head -c 7000000 /dev/zero >&2; head -c 7000000 /dev/zero; done"
            let result = try await link.run(script, timeout: .seconds(60), keeping: 1 << 20)
            #expect(result.stdout.count == 1 << 20)
            #expect(result.stdout.count + result.stdoutDropped == 21_000_000)
            #expect(result.stderr.count + result.stderrDropped == 21_000_000)
            await link.close()
        }

        @Test("gets much input and gives it back at the same time")
        func largeInput() async throws {
            let input = Data((0..<20_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
            let link = try await server.open()
            let result = try await link.run("cat", input: input, timeout: .seconds(60), keeping: 32 << 20)
            #expect(result.stdout == input)
            await link.close()
        }

        @Test("that closes its input early is not waited for")
        func inputClosedEarly() async throws {
            let link = try await server.open()
            let input = Data(count: 20_000_000)
            let result = try await link.run("head -c 10", input: input, timeout: .seconds(30))
            #expect(result.stdout == Data(count: 10))
            #expect(try await link.output(of: "echo on") == "on\n")
            await link.close()
        }

        @Test("that closes its outputs early still gets all of its input")
        func outputClosedEarly() async throws {
            let file = "\(server.directory)/sink"
            let link = try await server.open()
            let input = Data(count: 5_000_000)
            let result = try await link.run(
                "exec >&- 2>&-; exec /bin/sh -c 'cat >\(file)'", input: input, timeout: .seconds(30))
            #expect(result.succeeded)
            #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == input)
            await link.close()
        }

        @Test("gives its lines as they come")
        func lines() async throws {
            let seen = Mutex<[String]>([])
            let file = "\(server.directory)/seen-\(UUID().uuidString)"
            let link = try await server.open()
            // The command goes on only when its first line has come.
            let command = "printf 'one\\ntw'; until [ -e \(file) ]; do sleep 0.05; done; printf 'o\\n\\nlast'"
            _ = try await link.run(command, timeout: .seconds(900)) { line in
                seen.withLock { $0.append(line) }
                _ = FileManager.default.createFile(atPath: file, contents: nil)
            }
            await link.close()
            #expect(seen.withLock { $0 } == ["one", "two", "", "last"])
        }

        @Test("that takes too long is left, and the connection goes on")
        func timeout() async throws {
            let link = try await server.open()
            let clock = ContinuousClock()
            let start = clock.now
            let error = try await failure { _ = try await link.run("sleep 3600", timeout: .milliseconds(400)) }
            #expect(error.kind == .timeout)
            #expect(clock.now - start < .seconds(900))
            #expect(try await link.output(of: "echo on") == "on\n")
            await link.close()
        }

        @Test("that talks without end is left too")
        func timeoutWhileTalking() async throws {
            let link = try await server.open()
            let error = try await failure {
                _ = try await link.run("timeout 5 yes", timeout: .milliseconds(500), keeping: 1000)
            }
            #expect(error.kind == .timeout)
            #expect(try await link.output(of: "echo on") == "on\n")
            await link.close()
        }

        @Test("is left at once when its task is cancelled, and the connection goes on")
        func cancelled() async throws {
            let link = try await server.open()
            let running = Task { try await link.run("sleep 3600") }
            try await Task.sleep(for: .milliseconds(300))
            let clock = ContinuousClock()
            let start = clock.now
            running.cancel()
            let error = try await failure { _ = try await running.value }
            #expect(error.kind == .cancelled)
            #expect(clock.now - start < .seconds(900))
            #expect(try await link.output(of: "echo on") == "on\n")
            await link.close()
        }

        @Test("that libssh2 could not send is refused", arguments: [String(repeating: "x", count: 40000), "a\0b"])
        func impossible(command: String) async throws {
            let link = try await server.open()
            #expect(try await failure { _ = try await link.run(command) }.kind == .io)
            #expect(try await link.output(of: "echo on") == "on\n")
            await link.close()
        }

        @Test("after the connection was closed fails at once")
        func closed() async throws {
            let link = try await server.open()
            await link.close()
            #expect(try await failure { _ = try await link.run("true") }.kind == .disconnected)
        }

        @Test("whose sshd is killed fails as disconnected, and so do later ones")
        func killed() async throws {
            let link = try await server.open()
            let sshd = try await processOfSSHD(link)
            let running = Task { try await link.run("sleep 3600") }
            try await Task.sleep(for: .milliseconds(300))
            kill(sshd, SIGKILL)
            let error = try await failure { _ = try await running.value }
            #expect(error.kind == .disconnected)
            #expect(try await failure { _ = try await link.run("true") }.kind == .disconnected)
            await link.close()
        }

        @Test("whose sshd was killed while nothing ran fails as disconnected")
        func killedInBetween() async throws {
            let link = try await server.open()
            kill(try await processOfSSHD(link), SIGKILL)
            try await Task.sleep(for: .milliseconds(200))
            #expect(try await failure { _ = try await link.run("true") }.kind == .disconnected)
            await link.close()
        }

        @Test("whose node falls silent fails as disconnected; one that only says nothing does not")
        func silent() async throws {
            var target = server.target()
            // Four of them have to be longer than a busy disk keeps an sshd from answering.
            target.keepAliveInterval = .seconds(4)
            let link = try await SSHConnection.open(target)
            let quiet = try await link.run("sleep 17; echo still here")
            #expect(quiet.stdoutText == "still here\n")
            let sshd = try await processOfSSHD(link)
            kill(sshd, SIGSTOP)
            let clock = ContinuousClock()
            let start = clock.now
            let error = try await failure { _ = try await link.run("true") }
            kill(sshd, SIGKILL)
            #expect(error.kind == .disconnected)
            #expect(clock.now - start < .seconds(900))
        }
    }

    @Suite("Many connections")
    struct Many {
        @Test("leave no thread and no descriptor behind, however they end")
        func nothingLeft() async throws {
            let server = try LocalSSHServer.shared()
            let before = try descriptors()
            for round in 0..<20 {
                let link = try await server.open()
                if round % 2 == 0 {
                    _ = try await failure { _ = try await link.run("sleep 1", timeout: .milliseconds(20)) }
                } else {
                    await link.close()
                }
            }
            // The last reference to a connection may go a moment after its last call.
            for _ in 0..<1200 where try threads() > 0 { try await Task.sleep(for: .milliseconds(50)) }
            #expect(try threads() == 0)
            #expect(try descriptors() < before + 10, "20 connections have at least 60 descriptors")
        }

        private func threads() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count { task in
                let name = FileManager.default.contents(atPath: "/proc/self/task/\(task)/comm")
                return name?.starts(with: "ssh node".utf8) == true
            }
        }

        private func descriptors() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        }

        @Test("run side by side and leave Swift's own threads free")
        func parallel() async throws {
            let server = try LocalSSHServer.shared()
            let links = try await withThrowingTaskGroup(of: SSHConnection.self) { group in
                for _ in 0..<50 {
                    group.addTask { try await SSHConnection.open(server.target(), timeout: .seconds(600)) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            // Each command ends only when all of them run, and a task of Swift's own threads has said so.
            let place = "\(server.directory)/meeting"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
            let opener = Task {
                while try FileManager.default.contentsOfDirectory(atPath: place).count < links.count {
                    try await Task.sleep(for: .milliseconds(10))
                }
                _ = FileManager.default.createFile(atPath: "\(place)-over", contents: nil)
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, link) in links.enumerated() {
                    let command = "touch \(place)/\(index); until [ -e \(place)-over ]; do sleep 0.1; done"
                    group.addTask { _ = try await link.output(of: command, timeout: .seconds(900)) }
                }
                try await group.waitForAll()
            }
            try await opener.value
            for link in links { await link.close() }
        }
    }
}

/// The sshd process that serves this connection.
func processOfSSHD(_ link: SSHConnection) async throws -> pid_t {
    let text = try await link.output(of: "echo $PPID")
    return try #require(pid_t(text.dropLast()), "\(text)")
}
