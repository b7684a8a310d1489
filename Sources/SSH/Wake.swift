import Glibc

/// A descriptor that becomes readable from another thread, so that a `poll` ends early.
///
/// It is only a hint: who wakes up looks for the reason itself, so a wake-up too many does no harm.
final class Wake: Sendable {
    /// Readable after `signal()`, until `clear()`. -1, which `poll` passes over, if there is none to be had.
    let descriptor: Int32
    private let writer: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let isOpen = socketpair(AF_UNIX, type, 0, &ends) == 0
        (descriptor, writer) = isOpen ? (ends[0], ends[1]) : (-1, -1)
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        close(writer)
    }

    func signal() {
        var byte: UInt8 = 1
        // Fails only when it is full of signals already.
        _ = write(writer, &byte, 1)
    }

    func clear() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(descriptor, &bytes, bytes.count) == bytes.count {}
    }
}
