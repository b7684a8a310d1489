import DiskImage
import Foundation
import Subprocess
import SeededGenerator
import Testing

/// A folder for the images of one test, and the programs that make them.
struct Workshop {
    let folder: URL

    static func open(_ body: (Workshop) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "polyvisor-disk-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(Workshop(folder: folder))
    }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    @discardableResult
    func run(_ program: String, _ arguments: [String]) async throws -> String {
        let result = try await Subprocess.run(
            program.hasPrefix("/") ? .path(.init(program)) : .name(program), arguments: Arguments(arguments),
            workingDirectory: .init(folder.path),
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        guard result.terminationStatus.isSuccess else {
            throw ToolFailure(words: "\(program) \(arguments.joined(separator: " ")): \(result.standardError)")
        }
        return result.standardOutput
    }

    /// Makes an image of another with qemu-img.
    func convert(
        _ source: String, _ arguments: [String], to target: String, from format: String = "raw"
    ) async throws {
        try await run("qemu-img", ["convert", "-f", format] + arguments + [path(source), path(target)])
    }

    /// The disk as qemu-img reads it.
    func raw(of image: String, format: String) async throws -> String {
        try await convert(image, ["-O", "raw"], to: "\(image).as-raw", from: format)
        return "\(image).as-raw"
    }

    /// A sparse raw image with some data in it.
    func write(_ layout: Layout, to name: String) throws {
        try Data().write(to: folder.appending(path: name))
        let file = try FileHandle(forWritingTo: folder.appending(path: name))
        try file.truncate(atOffset: layout.size)
        for piece in layout.pieces {
            try file.seek(toOffset: piece.start)
            try file.write(contentsOf: Data(piece.bytes))
        }
        try file.close()
    }

    func bytes(of name: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: name))) }

    func put(_ bytes: [UInt8], in name: String) throws { try Data(bytes).write(to: folder.appending(path: name)) }

    func put(_ text: String, in name: String) throws { try put(Array(text.utf8), in: name) }

    /// - Parameter format: for what would be named as no disk, as an empty file is.
    func image(
        _ name: String, as format: ImageFormat? = nil, references: ImageFile.References = .besideImage
    ) throws -> ImageFile {
        try ImageFile.open(path(name), as: format, references: references)
    }
}

struct ToolFailure: Error { var words: String }

/// Where a sparse disk has data.
struct Layout: CustomStringConvertible {
    struct Piece {
        var start: UInt64
        var bytes: [UInt8]
    }

    var size: UInt64
    var pieces: [Piece] = []

    var description: String { "\(size) bytes, \(pieces.map { "\($0.bytes.count) at \($0.start)" })" }

    /// Some pieces that compress and some that do not, at places that keep no alignment, the first and last byte too.
    static func random(size: UInt64, pieces count: Int, longest: Int = 200_000, seed: UInt64) -> Layout {
        var random = SeededGenerator(seed)
        var layout = Layout(size: size)
        guard size > 0 else { return layout }
        for index in 0..<count {
            let length = min(UInt64(Int.random(in: 1...longest, using: &random)), size)
            let start =
                index == 0 ? 0 : index == 1 ? size - length : UInt64.random(in: 0...(size - length), using: &random)
            layout.pieces.append(Piece(start: start, bytes: bytes(Int(length), using: &random)))
        }
        return layout
    }

    private static func bytes(_ count: Int, using random: inout SeededGenerator) -> [UInt8] {
        switch Int.random(in: 0..<3, using: &random) {
        case 0: return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        case 1: return [UInt8](repeating: UInt8.random(in: 1...255, using: &random), count: count)
        default: return Array("polyvisor \(random.next()) ".utf8.cycled(to: count))
        }
    }
}

extension Sequence<UInt8> {
    func cycled(to count: Int) -> [UInt8] {
        let one = Array(self)
        return (0..<count).map { one[$0 % one.count] }
    }
}

extension DiskSource {
    /// What is allocated, with stretches that touch joined.
    func allocated() throws -> [Range<UInt64>] {
        var ranges: [Range<UInt64>] = []
        var position: UInt64 = 0
        while let next = try allocatedRange(from: position) {
            #expect(next.lowerBound >= position && !next.isEmpty && next.upperBound <= capacity)
            if let last = ranges.last, last.upperBound == next.lowerBound {
                ranges[ranges.count - 1] = last.lowerBound..<next.upperBound
            } else {
                ranges.append(next)
            }
            position = next.upperBound
        }
        return ranges
    }

    func bytes(at offset: UInt64, count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0xA5, count: count)
        try bytes.withUnsafeMutableBytes { try read(into: $0, at: offset) }
        return bytes
    }

    /// Reads all that is allocated, in steps.
    func readAll(step: Int = 1 << 20) throws {
        for range in try allocated() {
            var position = range.lowerBound
            while position < range.upperBound {
                let count = Int(min(UInt64(step), range.upperBound - position))
                _ = try bytes(at: position, count: count)
                position += UInt64(count)
            }
        }
    }
}

/// Where two disks first differ, or nil: compared wherever one of them has data, and at some places where none has.
///
/// Steps of odd size make reads that keep to no cluster's border.
func firstDifference(
    _ one: some DiskSource, _ other: some DiskSource, step: Int = 1 << 20, seed: UInt64 = 1
) throws -> UInt64? {
    guard one.capacity == other.capacity else { return min(one.capacity, other.capacity) }
    let mine = try one.allocated()
    for range in try (mine + other.allocated()).sorted(by: { $0.lowerBound < $1.lowerBound }) {
        var position = range.lowerBound
        while position < range.upperBound {
            let count = Int(min(UInt64(step), range.upperBound - position))
            let read = try one.bytes(at: position, count: count)
            guard try read == other.bytes(at: position, count: count) else { return position }
            position += UInt64(count)
        }
    }
    return try nonZero(outside: mine, of: other) ?? randomDifference(one, other, seed: seed)
}

/// The first place outside of some ranges where a disk has anything but zeros.
private func nonZero(outside ranges: [Range<UInt64>], of disk: some DiskSource) throws -> UInt64? {
    for range in try disk.allocated() {
        var position = range.lowerBound
        while position < range.upperBound {
            let covering = ranges.first { $0.contains(position) }
            if let covering { position = covering.upperBound; continue }
            let next = ranges.first { $0.lowerBound > position }?.lowerBound ?? range.upperBound
            let count = Int(min(next, range.upperBound, position + 1 << 20) - position)
            if try disk.bytes(at: position, count: count).contains(where: { $0 != 0 }) { return position }
            position += UInt64(count)
        }
    }
    return nil
}

private func randomDifference(_ one: some DiskSource, _ other: some DiskSource, seed: UInt64) throws -> UInt64? {
    guard one.capacity > 0 else { return nil }
    var random = SeededGenerator(seed)
    for _ in 0..<8 {
        let count = Int(UInt64.random(in: 1...min(150_000, one.capacity), using: &random))
        let start = UInt64.random(in: 0...(one.capacity - UInt64(count)), using: &random)
        guard try one.bytes(at: start, count: count) == other.bytes(at: start, count: count) else { return start }
    }
    return nil
}
