public import Foundation
public import Topology

/// What Polyvisor remembers of a lab: secrets, journal, logs and known host keys, for its owner's eyes only.
public struct LabState: Sendable {
    /// The lab's own folder, mode 0700.
    public let directory: URL

    /// The state of a lab under `$POLYVISOR_STATE`, else under `/var/lib/polyvisor/state` for root and
    /// `$XDG_STATE_HOME/polyvisor` (`~/.local/state/polyvisor`) for others. Makes the folder.
    public init(of lab: Lab, environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        try self.init(directory: Self.root(environment).appendingPathComponent(lab.name))
    }

    init(directory: URL) throws {
        self.directory = directory
        for folder in [directory, directory.appendingPathComponent("logs")] {
            do {
                try FileManager.default.createDirectory(
                    at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw StateError(
                    doing: "make the folder \(folder.path)", code: Int32(StateError.code(of: error)),
                    hint: "set POLYVISOR_STATE to a folder that you may write to")
            }
        }
    }

    static func root(_ environment: [String: String]) -> URL {
        if let path = environment["POLYVISOR_STATE"], !path.isEmpty { return URL(fileURLWithPath: path) }
        if getuid() == 0 { return URL(fileURLWithPath: "/var/lib/polyvisor/state") }
        let base =
            environment["XDG_STATE_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory() + "/.local/state"
        return URL(fileURLWithPath: base).appendingPathComponent("polyvisor")
    }

    /// Whether there is a state of this lab; looks only.
    static func exists(
        of lab: Lab, environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> Bool {
        FileManager.default.fileExists(atPath: root(environment).appendingPathComponent(lab.name).path)
    }

    /// Host keys that were accepted for this lab; the user's own file is never written.
    public var knownHosts: String { directory.appendingPathComponent("known_hosts").path }

    /// Removes everything remembered of the lab.
    public func remove() throws { try FileManager.default.removeItem(at: directory) }

    /// Writes a file that only its owner can read, complete or not at all.
    func write(_ data: Data, to name: String) throws {
        let target = directory.appendingPathComponent(name).path
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
    public func lock() throws -> LabLock {
        try LabLock(path: directory.appendingPathComponent("lock").path, waiting: false)
    }

    /// Waits for a turn at something that takes no time, such as making a secret.
    func turn(at name: String) throws -> LabLock {
        try LabLock(path: directory.appendingPathComponent(name).path, waiting: true)
    }
}

/// The state folder could not be used.
public struct StateError: Error, CustomStringConvertible {
    public var doing: String
    public var code: Int32
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

/// One process at a time changes a lab.
public final class LabLock: Sendable {
    private let descriptor: Int32

    fileprivate init(path: String, waiting: Bool) throws {
        // Closed on exec: a child that outlives this process (a node of the sandbox) must not hold it.
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StateError(doing: "open \(path)", code: errno) }
        guard flock(descriptor, waiting ? LOCK_EX : LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw LabBusy(path: path)
        }
    }

    deinit { close(descriptor) }
}

/// Another polyvisor works on the lab.
public struct LabBusy: Error, CustomStringConvertible {
    public var path: String
    public var description: String {
        "another polyvisor works on this lab (it holds \(path)); wait for it, or end it"
    }
}
