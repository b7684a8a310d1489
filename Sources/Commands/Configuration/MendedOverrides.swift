import Foundation
import Release
import Rendering
import Topology

/// A lab's overrides with the names that the release has for them, read from the user's files and written there.
struct MendedOverrides: Sendable, Encodable {
    /// What changes, and what is left.
    let fixes: OverrideFixes
    private let lab: Lab

    /// Reads the topology again, and the whole files that its overrides name.
    init(of lab: Lab) throws {
        self.lab = lab
        var replacements: [String: String] = [:]
        for override in lab.overrides where override.effect == .file {
            guard let path = override.values.first else { continue }
            replacements[path] = try String(contentsOfFile: Self.full(path, lab), encoding: .utf8)
        }
        let text = try Data(contentsOf: URL(fileURLWithPath: lab.file))
        fixes = try OverrideFixes(
            topology: Array(text), file: lab.file, release: Release(named: lab.release), replacements: replacements)
    }

    /// What changes, for people; values that may be secrets are hidden.
    var text: String {
        guard !fixes.files.isEmpty else { return "\(lab.file): no override has an old name in \(lab.release)" }
        return (fixes.renamed + fixes.files.map(\.diff)).joined(separator: "\n")
    }

    /// Puts each changed file in the place of the old one, with its mode, by one rename.
    ///
    /// - Throws: for a file that changed since it was read, or cannot be written; those before it are written.
    func write() throws {
        for file in fixes.files {
            let path = file.path == lab.file ? file.path : Self.full(file.path, lab)
            // A link stays one: what it points to is changed.
            let target = URL(fileURLWithPath: path).resolvingSymlinksInPath()
            guard try Array(Data(contentsOf: target)) == file.before else { throw ChangedMeanwhile(path: path) }
            let mode = try FileManager.default.attributesOfItem(atPath: target.path)[.posixPermissions]
            let beside = target.deletingLastPathComponent().appending(path: ".\(target.lastPathComponent).polyvisor")
            do {
                try Data(file.after).write(to: beside)
                if let mode {
                    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: beside.path)
                }
                guard rename(beside.path, target.path) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
            } catch {
                try? FileManager.default.removeItem(at: beside)
                throw error
            }
        }
    }

    private static func full(_ path: String, _ lab: Lab) -> String {
        lab.path(path, home: FileManager.default.homeDirectoryForCurrentUser.path)
    }

    private enum Key: String, CodingKey { case files, renamed, left }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(fixes.files.map(\.path), forKey: .files)
        try values.encode(fixes.renamed, forKey: .renamed)
        try values.encode(fixes.left.map(\.description), forKey: .left)
    }
}

/// A file of the user's that somebody else wrote while Polyvisor asked.
struct ChangedMeanwhile: Error, CustomStringConvertible {
    var path: String
    var description: String { "\(path) was changed in the meantime, and is left as it is; run the command again" }
}
