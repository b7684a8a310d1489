import Foundation
import SSH
import Synchronization
import Testing

extension OverSSH {
    @Suite("A file on a node")
    struct Files {
        let server: LocalSSHServer
        let root: String

        init() throws {
            server = try LocalSSHServer.shared()
            try #require(geteuid() == 0, "these tests change owners and mount a file system: run them as root")
            root = "\(server.directory)/files-\(UUID().uuidString.prefix(8))"
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: false)
        }

        private func local(_ path: String) throws -> String {
            try String(contentsOfFile: path, encoding: .utf8)
        }

        /// "640 nobody nogroup"
        private func attributes(_ path: String) throws -> String {
            let answer = try runLocally("/usr/bin/stat", ["-c", "%a %U %G", path])
            return answer.output.trimmingCharacters(in: .newlines)
        }

        private func entries(_ directory: String) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
        }

        @Test("is read as it is, and nil where there is none")
        func read() async throws {
            let bytes = Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0) })
            try bytes.write(to: URL(fileURLWithPath: "\(root)/a b'é"))
            let link = try await server.open()
            #expect(try await link.read("\(root)/a b'é") == bytes)
            #expect(try await link.read("\(root)/none") == nil)
            #expect(try await link.read("\(root)/a b'é/none") == nil)
            #expect(try await link.read("/dev/null") == Data())
            #expect(try await failure { _ = try await link.read(root) }.kind == .io)
            #expect(try await failure { _ = try await link.read("relative") }.kind == .io)
            #expect(try await failure { _ = try await link.read("\(root)/a b'é", atMost: 10) }.kind == .io)
            await link.close()
        }

        @Test("is written with owner, group and mode, and nothing is left beside it")
        func write() async throws {
            let path = "\(root)/nova é 'x'.conf"
            let link = try await server.open()
            try await link.write(Data("one".utf8), to: path, owner: "nobody", group: "nogroup", mode: 0o640)
            #expect(try local(path) == "one")
            #expect(try attributes(path) == "640 nobody nogroup")
            try await link.write(Data(), to: path, owner: "0", group: "daemon", mode: 0o4755)
            #expect(try local(path) == "")
            #expect(try attributes(path) == "4755 root daemon")
            #expect(try entries(root) == ["nova é 'x'.conf"])
            await link.close()
        }

        @Test("is replaced, not changed: who has the old one open keeps it")
        func atomic() async throws {
            let path = "\(root)/file"
            try "old".write(toFile: path, atomically: false, encoding: .utf8)
            let reader = try #require(FileHandle(forReadingAtPath: path))
            let link = try await server.open()
            try await link.write(Data("new".utf8), to: path)
            await link.close()
            #expect(try reader.readToEnd() == Data("old".utf8))
            #expect(try local(path) == "new")
        }

        @Test("is one of many in one stream")
        func many() async throws {
            let files = (0..<60).map {
                RemoteFile(path: "\(root)/d\($0 % 5)/é\($0)", contents: .data(Data("\n\($0)\n.\n".utf8)), mode: 0o600)
            }
            let link = try await server.open()
            try await link.write(files, options: WriteOptions(makingParents: true))
            for (index, file) in files.enumerated() { #expect(try local(file.path) == "\n\(index)\n.\n") }
            #expect(try entries("\(root)/d0").count == 12)
            #expect(try attributes("\(root)/d0") == "755 root root")
            await link.close()
        }

        @Test("needs its directory, unless it may be made")
        func noDirectory() async throws {
            let link = try await server.open()
            let error = try await failure { try await link.write(Data(), to: "\(root)/none/file") }
            #expect(error.kind == .io)
            #expect(error.reason.contains("\(root)/none"))
            #expect(try entries(root).isEmpty)
            await link.close()
        }

        @Test("that cannot be written changes none of the others", arguments: ["owner", "directory", "parent"])
        func allOrNothing(fault: String) async throws {
            try "old".write(toFile: "\(root)/first", atomically: true, encoding: .utf8)
            try FileManager.default.createDirectory(atPath: "\(root)/directory", withIntermediateDirectories: false)
            let path = fault == "parent" ? "\(root)/none/second" : "\(root)/\(fault)"
            let files = [
                RemoteFile(path: "\(root)/first", contents: .data(Data("new".utf8))),
                RemoteFile(path: path, contents: .data(Data()), owner: fault == "owner" ? "no-such-user" : "root"),
            ]
            let link = try await server.open()
            let error = try await failure {
                try await link.write(files, options: WriteOptions(keepingOriginalsIn: "\(root)/originals"))
            }
            #expect(error.kind == .io)
            #expect(error.reason.contains(path))
            #expect(try local("\(root)/first") == "old")
            #expect(try entries(root) == ["directory", "first"])
            await link.close()
        }

        @Test(
            "with an impossible path, owner or mode is refused before the node is asked",
            arguments: [
                RemoteFile(path: "relative", contents: .data(Data())),
                RemoteFile(path: "/tmp/a\nb", contents: .data(Data())),
                RemoteFile(path: "/tmp/", contents: .data(Data())),
                RemoteFile(path: "/tmp/x", contents: .data(Data()), owner: ""),
                RemoteFile(path: "/tmp/x", contents: .data(Data()), group: "a\nb"),
                RemoteFile(path: "/tmp/x", contents: .data(Data()), mode: 0o10000),
                RemoteFile(path: "/tmp/x", contents: .localFile("/nonexistent")),
            ])
        func impossible(file: RemoteFile) async throws {
            let link = try await server.open()
            #expect(try await failure { try await link.write([file]) }.kind == .io)
            await link.close()
        }

        @Test("has its first original kept, and gets it back")
        func originals() async throws {
            let (path, new, keep) = ("\(root)/dir/file", "\(root)/dir/new", "\(root)/originals")
            let (link1, kept) = ("\(root)/dir/link", "\(keep)\(path)")
            try FileManager.default.createDirectory(atPath: "\(root)/dir", withIntermediateDirectories: false)
            try "original".write(toFile: path, atomically: true, encoding: .utf8)
            chmod(path, 0o604)
            symlink("file", link1)
            let options = WriteOptions(keepingOriginalsIn: keep)
            let link = try await server.open()
            for round in ["first", "second"] {
                let files = [path, new, link1].map { RemoteFile(path: $0, contents: .data(Data(round.utf8))) }
                try await link.write(files, options: options)
                #expect(try local(path) == round)
                #expect(try local(kept) == "original")
                #expect(try attributes(kept) == "604 root root")
                #expect(try attributes("\(keep)") == "700 root root")
            }
            try await link.restoreOriginals(of: [path, new, link1, "/etc/hostname"], from: keep)
            #expect(try local(path) == "original")
            #expect(try attributes(path) == "604 root root")
            #expect(try entries("\(root)/dir") == ["file", "link"])
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link1) == "file")
            #expect(!FileManager.default.fileExists(atPath: kept))
            await link.close()
        }

        @Test("that does not fit on the disk leaves the old one, and no part of the new one")
        func diskFull() async throws {
            let mount = "\(root)/small"
            try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: false)
            let mounted = try runLocally("/usr/bin/mount", ["-t", "tmpfs", "-o", "size=1M", "polyvisor-test", mount])
            try #require(mounted.status == 0, "\(mounted.output)")
            var unmounted: Int32 = -1
            do {
                try await fillDisk(mount)
                unmounted = try runLocally("/usr/bin/umount", [mount]).status
            } catch {
                try runLocally("/usr/bin/umount", [mount])
                throw error
            }
            #expect(unmounted == 0)
        }

        private func fillDisk(_ mount: String) async throws {
            try "old".write(toFile: "\(mount)/file", atomically: true, encoding: .utf8)
            let link = try await server.open()
            let error = try await failure { try await link.write(Data(count: 3 << 20), to: "\(mount)/file") }
            #expect(error.kind == .diskFull)
            #expect(error.reason.contains("\(mount)/file"))
            #expect(try local("\(mount)/file") == "old")
            #expect(try entries(mount) == ["file"])
            try await link.write(Data(count: 1 << 18), to: "\(mount)/file")
            await link.close()
        }

        @Test("is uploaded piece by piece, closed to others until it is whole, with progress")
        func upload() async throws {
            let source = "\(root)/source"
            let bytes = Data((0..<6_000_000).map { UInt8(truncatingIfNeeded: $0 &* 131 >> 5) })
            try bytes.write(to: URL(fileURLWithPath: source))
            let directory = root
            let modes = Mutex<[String]>([])
            let progress = Mutex<[WriteProgress]>([])
            let link = try await server.open()
            try await link.upload(source, to: "\(directory)/target", mode: 0o644) { step in
                progress.withLock { $0.append(step) }
                guard step.sent > step.total - 1_000_000, step.sent < step.total - 800_000 else { return }
                let seen = "stat -c %a \(directory)/.polyvisor-* 2>/dev/null; ls \(directory)/target 2>/dev/null"
                if let answer = try? runLocally("/bin/sh", ["-c", seen]) {
                    modes.withLock { $0.append(answer.output) }
                }
            }
            await link.close()
            #expect(try Data(contentsOf: URL(fileURLWithPath: "\(directory)/target")) == bytes)
            let seen = modes.withLock { $0 }
            #expect(!seen.isEmpty && seen.allSatisfy { $0 == "600\n" })
            let steps = progress.withLock { $0 }
            #expect(steps.last.map { $0.sent == $0.total } == true)
            #expect(zip(steps, steps.dropFirst()).allSatisfy { $0.sent < $1.sent })
        }

        @Test("does not show its contents in the process list")
        func processList() async throws {
            let marker = "marker-\(UUID().uuidString)"
            let seen = Mutex<[Bool]>([])
            let contents = Data(String(repeating: marker, count: 50_000).utf8)
            let files = [RemoteFile(path: "\(root)/secret", contents: .data(contents), mode: 0o600)]
            let link = try await server.open()
            try await link.write(files) { step in
                guard step.sent > step.total / 2, seen.withLock({ $0.isEmpty }) else { return }
                let lines = try? runLocally("/bin/sh", ["-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"]).output
                seen.withLock { $0.append(lines?.contains(marker) ?? true) }
            }
            await link.close()
            #expect(seen.withLock { $0 } == [false])
        }

        @Test("is whole or unchanged when sshd is killed in the middle", arguments: [1, 4_000_000])
        func killed(after bytes: Int) async throws {
            try "old".write(toFile: "\(root)/file", atomically: true, encoding: .utf8)
            let files = [
                RemoteFile(path: "\(root)/file", contents: .data(Data(count: 3_000_000))),
                RemoteFile(path: "\(root)/other", contents: .data(Data(count: 30_000_000))),
            ]
            let link = try await server.open()
            let sshd = try await processOfSSHD(link)
            let error = try await failure {
                try await link.write(files) { step in
                    if step.sent > bytes { kill(sshd, SIGKILL) }
                }
            }
            #expect(error.kind == .disconnected)
            // What runs on the node sees the end of its input and removes its temporary files.
            for _ in 0..<2000 where try entries(root) != ["file"] {
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(try entries(root) == ["file"])
            #expect(try local("\(root)/file") == "old")
        }

        @Test("that becomes shorter on this machine while it is sent is not taken")
        func shrinking() async throws {
            let source = "\(root)/source"
            try Data(count: 20_000_000).write(to: URL(fileURLWithPath: source))
            let directory = root
            let link = try await server.open()
            let error = try await failure {
                try await link.upload(source, to: "\(directory)/target") { _ in truncate(source, 1000) }
            }
            #expect(error.kind == .io)
            for _ in 0..<2000 where try entries(directory) != ["source"] {
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(try entries(directory) == ["source"])
            await link.close()
        }
    }
}
