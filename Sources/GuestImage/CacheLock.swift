import Foundation

/// Holds a cache directory for one builder at a time, also across processes; the kernel lets go of it when its
/// holder dies.
enum CacheLock {
    /// Waits until nobody else holds `directory`, then does `body`.
    static func holding(
        _ directory: String, body: () async throws(GuestImageError) -> Void
    ) async throws(GuestImageError) {
        let path = "\(directory)/.lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure("lock \(path)") }
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw failure("lock \(path)") }
            do {
                try await Task.sleep(for: .milliseconds(100))
            } catch {
                throw GuestImageError(.io, doing: "wait for \(path)", reason: "cancelled")
            }
        }
        try await body()
    }

    private static func failure(_ doing: String) -> GuestImageError {
        GuestImageError(.io, doing: doing, reason: String(cString: strerror(errno)))
    }
}
