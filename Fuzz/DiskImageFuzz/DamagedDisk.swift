import DiskImage
import Glibc

/// Disks with a partition table, volumes and files, of which an input says what is changed on which.
///
/// Chance would hardly ever meet a structure among hundreds of kilobytes. So an input is not a disk: its first byte chooses
/// one, and the rest are changes: two bytes for the place, one for how many bytes follow, and these. Places are counted
/// over those parts of the disk alone that have any data.
struct DamagedDisk {
    static let shared = DamagedDisk()

    /// So many bytes are a part.
    private static let line = 64

    private let disks: [(bytes: [UInt8], lines: [Int])]

    private init() {
        let folder = getenv("FUZZ_DISKS").map { String(cString: $0) } ?? ""
        let files = ["gpt", "mbr"].map { Self.contents(of: "\(folder)/\($0)") }
        disks = (files + [NTFSFixture.volume(drivers: ["viostor.sys"])]).map { bytes in
            (
                bytes,
                (0..<bytes.count / Self.line).filter { line in
                    bytes[line * Self.line..<(line + 1) * Self.line].contains { $0 != 0 }
                }
            )
        }
        precondition(disks.allSatisfy { !$0.lines.isEmpty }, "FUZZ_DISKS has to name the folder of gpt and mbr")
    }

    /// The disk that an input describes.
    func bytes(from input: UnsafeRawBufferPointer) -> [UInt8] {
        guard let first = input.first else { return [] }
        var (bytes, lines) = disks[Int(first) % disks.count]
        var position = 1
        while position + 3 < input.count {
            let place = Int(input[position]) << 8 | Int(input[position + 1])
            let count = min(1 + Int(input[position + 2]) % 16, input.count - position - 3)
            let start = lines[place / Self.line % lines.count] * Self.line + place % Self.line
            for index in 0..<count where start + index < bytes.count {
                bytes[start + index] = input[position + 3 + index]
            }
            position += 3 + count
        }
        return bytes
    }

    private static func contents(of path: String) -> [UInt8] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes[..<count])
    }
}
