import Glibc

/// Files of which nobody knows the size before they are read, as those of /proc.
public enum ProcFile {
    /// The text of a file; nil if there is none.
    ///
    /// Foundation takes a short answer for the end of a file whose size is not known, and so cuts files of /proc after a
    /// page: a table of many mounts would lack its last ones.
    public static func text(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { return String(validating: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }
}
