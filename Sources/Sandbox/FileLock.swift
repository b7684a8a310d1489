import Foundation

/// Keeps two processes (or two tasks) from making the same thing at once; gone with the value or the process.
final class FileLock: Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    /// Waits for the lock without holding a thread; `waiting` is called once if somebody else has it.
    static func take(_ path: String, waiting: () -> Void = {}) async throws -> FileLock {
        if let lock = try tryTaking(path) { return lock }
        waiting()
        while true {
            try await Task.sleep(for: .milliseconds(100))
            if let lock = try tryTaking(path) { return lock }
        }
    }

    /// The lock, or nil if somebody else has it.
    static func tryTaking(_ path: String) throws -> FileLock? {
        // Closed on exec: a node outlives this process and must not hold the lock.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Files.failure("open \(path)") }
        let lock = FileLock(descriptor: descriptor)
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return lock }
        guard errno == EWOULDBLOCK || errno == EINTR else { throw Files.failure("lock \(path)") }
        return nil
    }

    deinit { close(descriptor) }
}
