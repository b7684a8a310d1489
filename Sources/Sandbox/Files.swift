import Foundation
import Records

/// The few file operations that need more care than Foundation's: modes from the first moment, no links followed.
enum Files {
    /// Writes a file complete or not at all. A link in its place is replaced, never followed: in a node's root,
    /// an absolute link would lead to a file of the host.
    static func write(_ text: String, to path: String, mode: mode_t = 0o644) throws {
        let temporary = "\(path).pv-\(getpid())"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failure("write \(path)") }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            fchmod(descriptor, mode)
            try handle.write(contentsOf: Data(text.utf8))
            try handle.synchronize()
        } catch {
            unlink(temporary)
            throw SandboxError(.file, doing: "write \(path)", reason: "\(error)")
        }
        guard rename(temporary, path) == 0 else { throw failure("write \(path)") }
    }

    /// The text of a file; nil if there is none.
    static func read(_ path: String) -> String? { ProcFile.text(path) }

    /// Whether there is anything at the path, a dangling link included.
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    static func makeDirectory(_ path: String, mode: Int = 0o755) throws {
        guard !isDirectory(path) else { return }
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: mode])
        } catch { throw SandboxError(.file, doing: "make the directory \(path)", reason: "\(error)") }
    }

    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The names in a directory, sorted; none if there is no such directory.
    static func names(in path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    /// Removes a tree, but nothing that is mounted in it.
    static func removeTree(_ path: String) async throws {
        guard exists(path) else { return }
        try await HostCommand("rm", "-rf", "--one-file-system", "--", path).lasting(atMost: .seconds(600))
            .run(doing: "remove \(path)")
    }

    static func failure(_ doing: String, code: Int32 = errno) -> SandboxError {
        SandboxError(
            code == ENOSPC ? .diskFull : .file, doing: doing, reason: String(cString: strerror(code)))
    }
}
