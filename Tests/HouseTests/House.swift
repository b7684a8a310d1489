import Foundation

/// What the repository says of its rooms.
enum House {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A file of the repository.
    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// The rooms, by the names of their folders.
    static let rooms: Set<String> = {
        let folders = try? FileManager.default.contentsOfDirectory(
            atPath: root.appendingPathComponent("Sources").path)
        return Set(folders ?? []).subtracting(["CLibraries"])
    }()

    /// Which rooms each room may import, by the table in CONTRIBUTING.md.
    static func table() throws -> [String: Set<String>] {
        let rows = try text("CONTRIBUTING.md").matches(of: /(?m)^\| (\w+) \| ([\w, ]+) \|$/)
        return Dictionary(
            rows.map { (String($0.1), rooms.intersection(words($0.2))) }.filter { rooms.contains($0.0) }
        ) { first, _ in first }
    }

    /// Which rooms each room may import, by Package.swift: the names in quotes from a target's own to the next target's.
    static func manifest() throws -> [String: Set<String>] {
        let text = try text("Package.swift")
        let starts = text.matches(of: /(room|tests|testTarget|executableTarget|\.target)\(\s*(?:name: |of: )?"(\w+)"/)
        let ends = starts.dropFirst().map(\.range.lowerBound) + [text.endIndex]
        let targets = zip(starts, ends).filter { ["room", "executableTarget"].contains($0.0.1) }
        return Dictionary(
            targets.map { start, end in
                let names = text[start.range.upperBound..<end].matches(of: /"(\w+)"/).map { String($0.1) }
                return (String(start.2), rooms.intersection(names))
            }
        ) { first, _ in first }
    }

    /// The Swift files of a room, each with the room's name before its path.
    static func paths(of room: String) throws -> [String] { try files(of: room).keys.map { "\(room)/\($0)" }.sorted() }

    /// Which rooms the files of a room import.
    static func imports(of room: String) throws -> Set<String> {
        let names = try files(of: room).values.flatMap { text in
            text.matches(of: /(?m)^(?:\w+ )?import (\w+)$/).map { String($0.1) }
        }
        return rooms.intersection(names)
    }

    /// The sources of a room, by their paths in it.
    static func files(of room: String) throws -> [String: String] {
        let folder = root.appendingPathComponent("Sources/\(room)")
        let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return try Dictionary(
            files.filter { $0.hasSuffix(".swift") }.map { ($0, try text("Sources/\(room)/\($0)")) }
        ) { first, _ in first }
    }

    private static func words(_ text: Substring) -> [String] {
        text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
