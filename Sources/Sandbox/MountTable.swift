import Foundation

/// One line of /proc/self/mountinfo (proc(5)).
struct Mount: Sendable, Equatable {
    var target: String
    var type: String
    /// Options of the file system, not of the mount.
    var options: [String]
    /// The device that the file system is on, or stands for one: `0:37`.
    var device: String
}

/// What is mounted where.
struct MountTable: Sendable, Equatable {
    var mounts: [Mount]

    static func current() throws -> MountTable {
        guard let text = Files.read("/proc/self/mountinfo") else { throw Files.failure("read /proc/self/mountinfo") }
        return MountTable(mountinfo: text)
    }

    init(mountinfo: String) {
        mounts = mountinfo.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ").map(String.init)
            guard fields.count > 5, let dash = fields.firstIndex(of: "-"), fields.count > dash + 3 else { return nil }
            return Mount(
                target: Self.unescaped(fields[4]), type: fields[dash + 1],
                options: fields[dash + 3].split(separator: ",").map(String.init), device: fields[2])
        }
    }

    func contains(_ target: String) -> Bool { mounts.contains { $0.target == target } }

    /// Everything mounted at or below a directory, the last mounted first: the order in which to unmount.
    func below(_ directory: String) -> [String] {
        mounts.map(\.target).filter { $0 == directory || $0.hasPrefix(directory + "/") }.reversed()
    }

    /// The kernel writes space, tab, newline and backslash as `\` and three octal digits.
    static func unescaped(_ text: String) -> String {
        guard text.contains("\\") else { return text }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), rest.count >= 3,
                let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
            {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Unmounts everything at or below a directory. A mount that is still busy is detached, so that it goes when its
    /// last user does.
    static func unmount(below directory: String) throws -> Bool {
        // A line can be missing from one reading of the table when another process unmounts something meanwhile, so
        // only a second reading without any is believed.
        var found = false
        var clean = 0
        for _ in 0..<100 where clean < 2 {
            let targets = try current().below(directory)
            clean = targets.isEmpty ? clean + 1 : 0
            for target in targets where umount2(target, 0) != 0 && umount2(target, Int32(MNT_DETACH)) != 0 {
                // Gone since it was read.
                guard errno == EINVAL || errno == ENOENT else { throw Files.failure("unmount \(target)") }
            }
            found = found || !targets.isEmpty
        }
        guard clean == 2 else { throw Files.failure("unmount everything below \(directory)") }
        return found
    }
}
