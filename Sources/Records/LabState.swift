import Foundation

/// Where Polyvisor keeps what it remembers on this machine.
public enum StateFolder {
    /// `$POLYVISOR_STATE`, else `/var/lib/polyvisor/state` for root and `$XDG_STATE_HOME/polyvisor`
    /// (`~/.local/state/polyvisor`) for others.
    static func root(_ environment: [String: String]) -> URL {
        if let path = environment["POLYVISOR_STATE"], !path.isEmpty { return URL(fileURLWithPath: path) }
        if getuid() == 0 { return URL(fileURLWithPath: "/var/lib/polyvisor/state") }
        let base =
            environment["XDG_STATE_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory() + "/.local/state"
        return URL(fileURLWithPath: base).appendingPathComponent("polyvisor")
    }

    /// A folder for what can be made again, beside the labs, in this user's own place.
    public static func cache(_ name: String) -> String {
        root(ProcessInfo.processInfo.environment).appendingPathComponent(name).path
    }
}

/// The folder of one lab: secrets, journal, logs and known host keys. Made when something is written.
struct LabState: Sendable {
    /// The lab's own folder, mode 0700.
    let directory: URL

    func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    /// Makes the folder, or one in it.
    func make(_ name: String = "") throws {
        let folder = name.isEmpty ? directory : directory.appendingPathComponent(name)
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw StateError(
                doing: "make the folder \(folder.path)", code: Int32(StateError.code(of: error)),
                hint: "set POLYVISOR_STATE to a folder that you may write to")
        }
    }

    /// Removes everything remembered of the lab.
    func remove() throws {
        if has("") { try FileManager.default.removeItem(at: directory) }
    }

    /// The bytes of a file; nil if there is none.
    func read(_ name: String) throws -> Data? {
        guard has(name) else { return nil }
        return try Data(contentsOf: directory.appendingPathComponent(name))
    }

    func erase(_ name: String) throws {
        guard unlink(path(name)) == 0 || errno == ENOENT else {
            throw StateError(doing: "remove \(path(name))", code: errno)
        }
    }

    /// Writes a file that only its owner can read, complete or not at all.
    func write(_ data: Data, to name: String) throws {
        try make()
        let target = path(name)
        let temporary = target + ".\(getpid())"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { throw StateError(doing: "write \(target)", code: errno) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: data)
            try handle.synchronize()
            guard rename(temporary, target) == 0 else { throw StateError(doing: "write \(target)", code: errno) }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Takes the lab for this process; the lock goes with the value or with the process, whichever ends first.
    func lock() throws -> LabLock {
        try make()
        return try LabLock(path: path("lock"), waiting: false)
    }

    /// Waits for a turn at something that takes no time, such as making a secret.
    func turn(at name: String) throws -> LabLock {
        try make()
        return try LabLock(path: path(name), waiting: true)
    }
}

/// What is kept of a lab cannot be used.
public struct StateProblem: Error, Equatable, CustomStringConvertible {
    /// Which file, and what is wrong with it.
    public var what: String
    /// What to do about it.
    public var hint: String
    public var description: String { "\(what)\n  hint: \(hint)" }
}

/// The state folder could not be used.
public struct StateError: Error, CustomStringConvertible {
    /// What was tried with which path.
    public var doing: String
    /// The system's `errno`.
    public var code: Int32
    /// What to do about it, where that is known.
    public var hint: String?

    public var description: String {
        "\(doing): \(String(cString: strerror(code)))" + (hint.map { "\n  hint: \($0)" } ?? "")
    }

    /// The system's error number in an error of Foundation's; EIO where it tells none.
    static func code(of error: any Error) -> Int {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
        let known = (underlying ?? error) as NSError
        return known.domain == NSPOSIXErrorDomain ? known.code : Int(EIO)
    }
}

/// A lock of the system's, which ends with the process.
final class LabLock: Claim {
    private let descriptor: Int32

    fileprivate init(path: String, waiting: Bool) throws {
        // Closed on exec: a child that outlives this process (a node of the sandbox) must not hold it.
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StateError(doing: "open \(path)", code: errno) }
        guard flock(descriptor, waiting ? LOCK_EX : LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw LabBusy(holding: path)
        }
    }

    deinit { close(descriptor) }
}

/// Another polyvisor works on the lab.
public struct LabBusy: Error, CustomStringConvertible {
    /// What it holds.
    public var holding: String

    /// - Parameter holding: the file whose lock the other one has.
    public init(holding: String) { self.holding = holding }

    public var description: String {
        "another polyvisor works on this lab (it holds \(holding)); wait for it, or end it"
    }
}
