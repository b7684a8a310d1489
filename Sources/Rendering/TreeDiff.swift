import Foundation

/// What a rendering would change in a tree that was rendered before.
///
/// Values of secret options are never shown, neither the old nor the new ones.
public struct TreeDiff: Sendable, Encodable {
    /// One file that differs.
    public struct File: Sendable, Encodable {
        /// What happened to it.
        public enum Change: String, Sendable, Encodable { case added, removed, changed }
        /// NODE/PATH.
        public var path: String
        /// What happened to it.
        public var change: Change
        /// The change as a unified diff without its first two lines.
        public var hunks: String

        /// Compares what is there with what is to be there; nil: no file.
        public init(_ path: String, before: String?, after: String?) {
            self.path = path
            change = before == nil ? .added : after == nil ? .removed : .changed
            hunks = UnifiedDiff(before ?? "", after ?? "").text
        }

        /// As a unified diff; a file whose text stays has its name alone.
        public var text: String {
            let (old, new) = ("a/\(path)", "b/\(path)")
            let names =
                switch change {
                case .added: ("/dev/null", new)
                case .removed: (old, "/dev/null")
                case .changed: (old, new)
                }
            return hunks.isEmpty ? "\(path): owner or mode differ\n" : "--- \(names.0)\n+++ \(names.1)\n\(hunks)"
        }
    }

    /// In the order of their paths.
    public let files: [File]

    /// Compares a tree with the one in a directory, which has to be one that Polyvisor wrote.
    public init(_ tree: RenderedTree, with directory: String, selection: Selection = Selection()) throws(TreeError) {
        let root = directory.hasSuffix("/") ? String(directory.dropLast()) : directory
        guard FileManager.default.fileExists(atPath: "\(root)/\(RenderedTree.marker)") else {
            throw TreeError(
                doing: "compare with \(directory)", reason: "it is no tree that `polyvisor render` wrote",
                hint: "name the folder of an earlier rendering")
        }
        let new = Dictionary(tree.files.map { ($0.path, $0) }) { first, _ in first }
        var files: [File] = []
        let old = Set((FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String }) ?? [])
        for path in old.union(new.keys).sorted() where !path.hasPrefix(".") {
            let before = try Self.text("\(root)/\(path)", isThere: old.contains(path))
            let after = new[path]?.contents
            guard before != after, before != nil || after != nil else { continue }
            // A part of the tree has fewer files, and other manifests.
            if !selection.isEverything, after == nil || path.hasSuffix("/manifest.txt") { continue }
            files.append(File(path, before: before, after: after))
        }
        self.files = files
    }

    /// The text of a file; nil for a folder and for what is not there.
    private static func text(_ path: String, isThere: Bool) throws(TreeError) -> String? {
        var isFolder: ObjCBool = false
        guard isThere, FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
            return nil
        }
        do {
            return String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        } catch {
            throw TreeError(doing: "read \(path)", reason: error.localizedDescription, hint: nil)
        }
    }

    /// The whole as a unified diff; empty when nothing differs.
    public var text: String { files.map(\.text).joined() }
}

/// The differences of two texts as `diff -u` prints them.
struct UnifiedDiff {
    private enum Line {
        case same(String), removed(String), added(String)

        var isSame: Bool { if case .same = self { true } else { false } }
        var text: String {
            switch self {
            case .same(let text): " " + text
            case .removed(let text): "-" + text
            case .added(let text): "+" + text
            }
        }
    }

    private var lines: [Line] = []
    /// Whether nothing of the texts may be shown.
    private let isSecret: Bool
    private static let context = 3

    init(_ old: String, _ new: String) {
        let (before, after) = (Self.split(old), Self.split(new))
        isSecret = [old, new].contains { $0.contains("PRIVATE KEY-----") }
        let difference = after.difference(from: before)
        var removed: Set<Int> = []
        var added: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var (i, j) = (0, 0)
        while i < before.count || j < after.count {
            if i < before.count, removed.contains(i) {
                lines.append(.removed(before[i]))
                i += 1
            } else if j < after.count, added.contains(j) {
                lines.append(.added(after[j]))
                j += 1
            } else {
                lines.append(.same(after[j]))
                (i, j) = (i + 1, j + 1)
            }
        }
    }

    private static func split(_ text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    /// A line behind its sign, without secrets.
    private func shown(_ line: String) -> String {
        "\(line.prefix(1))" + (isSecret ? "•••" : SecretLine.masked(String(line.dropFirst())))
    }

    /// The hunks with three lines around each change.
    var text: String {
        var text = ""
        var index = 0
        while let first = lines[index...].firstIndex(where: { !$0.isSame }) {
            var last = first
            while let next = lines[(last + 1)...].firstIndex(where: { !$0.isSame }), next - last <= Self.context * 2 {
                last = next
            }
            text += hunk(max(index, first - Self.context)..<min(lines.count, last + Self.context + 1))
            index = min(lines.count, last + 1)
        }
        return text
    }

    private func hunk(_ range: Range<Int>) -> String {
        func numbers(_ isCounted: (Line) -> Bool) -> String {
            let start = lines[..<range.lowerBound].count(where: isCounted)
            let count = lines[range].count(where: isCounted)
            return "\(count == 0 ? start : start + 1),\(count)"
        }
        let old = numbers { if case .added = $0 { false } else { true } }
        let new = numbers { if case .removed = $0 { false } else { true } }
        return "@@ -\(old) +\(new) @@\n" + lines[range].map { shown($0.text) + "\n" }.joined()
    }
}

/// A line of a configuration file as it may be shown.
enum SecretLine {
    /// The line with its value hidden when that may be a secret.
    static func masked(_ line: String) -> String {
        guard !line.hasPrefix("["), !isProse(line) else { return line }
        guard
            let sign = line.firstIndex(where: { $0 == "=" || $0 == ":" || $0 == " " && line.hasPrefix("        auth") })
        else { return isBareSecret(line) ? "•••" : line }
        let key = line[..<sign].lowercased()
        let words = [
            "passw", "secret", "connection", "transport_url", "auth_pass", "cookie", "token", "private", "_key",
        ]
        let isSecret = words.contains { key.contains($0) } || (line.contains("://") && line.contains("@"))
        return isSecret && !isHarmless(key) ? line[...sign] + " •••" : line
    }

    /// A comment that is no option which was commented out.
    private static func isProse(_ line: String) -> Bool {
        line.hasPrefix("#") && line.prefixMatch(of: /[#\s]*[\w.\/-]+\s*[=:]/) == nil
    }

    private static func isHarmless(_ key: String) -> Bool {
        ["send_service_user_token", "service_token_roles_required", "connection_recycle_time"].contains {
            key.trimmingCharacters(in: .whitespaces) == $0
        }
    }

    /// A line of nothing but a long word: a cookie, or a part of a key.
    private static func isBareSecret(_ line: String) -> Bool {
        line.utf8.count >= 24 && line.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && !line.contains("-----")
    }
}
