/// Writes the pin of a vCenter's certificate into a topology, and leaves every other byte as it is.
public enum ThumbprintEdit {
    /// The text with `thumbprint` of one vCenter set to a certificate's SHA-256; `insecure` goes where it stood.
    ///
    /// What comes out is read again: it means the same lab but for that one setting.
    ///
    /// - Parameters:
    ///   - sha256: 64 hexadecimal digits.
    ///   - text: a topology without errors.
    /// - Throws: what keeps it from being written, with the line to write by hand.
    public static func pin(
        _ sha256: String, of vcenter: String, in text: [UInt8], file: String
    ) throws(ThumbprintEditError) -> [UInt8] {
        let source = Source(bytes: text, file: file)
        let mark = text.count - source.bytes.count  // a byte-order mark stays where it is
        guard let root = YAMLComposer.compose(source, ProblemLog(source)),
            let entry = root.value(of: "vcenters")?.value(of: vcenter), case .mapping(let pairs) = entry.content,
            let first = pairs.first
        else { throw ThumbprintEditError(file: file, vcenter: vcenter, sha256: sha256, reason: "it is not there") }
        if pairs.contains(where: { $0.key == "ca_file" }) {
            throw ThumbprintEditError(
                file: file, vcenter: vcenter, sha256: sha256,
                reason: "it has a ca_file, and a certificate is judged in one way: delete that first")
        }
        let setting = "thumbprint: \(sha256)"
        let change: (range: Range<Int>, text: String)
        if let old = pairs.first(where: { ["thumbprint", "insecure"].contains($0.key) }) {
            change = (source.byte(at: old.keyMark)..<source.byte(at: old.value.end), setting)
        } else {
            let place = source.byte(at: first.keyMark)
            change = (place..<place, setting + source.separator(before: first, in: entry))
        }
        var edited = text
        edited.replaceSubrange(change.range.lowerBound + mark..<change.range.upperBound + mark, with: change.text.utf8)
        guard means(edited, sameAs: text, but: vcenter, pinnedTo: sha256, file) else {
            throw ThumbprintEditError(
                file: file, vcenter: vcenter, sha256: sha256, reason: "it cannot be changed without changing more")
        }
        return edited
    }

    /// Marks move, and nothing else but the trust may.
    private static func means(
        _ edited: [UInt8], sameAs text: [UInt8], but vcenter: String, pinnedTo sha256: String, _ file: String
    ) -> Bool {
        guard let old = try? Lab.read(text: text, file: file).lab,
            let new = try? Lab.read(text: edited, file: file).lab,
            old.vcenters.count == new.vcenters.count, old.nodes.map(\.name) == new.nodes.map(\.name)
        else { return false }
        return zip(old.vcenters, new.vcenters).allSatisfy { before, after in
            var expected = before
            if before.name == vcenter { expected.trust = .thumbprint(sha256.lowercased()) }
            expected.mark = after.mark
            for index in expected.clusters.indices where after.clusters.indices.contains(index) {
                expected.clusters[index].mark = after.clusters[index].mark
            }
            return expected == after
        }
    }
}

extension Source {
    /// What stands between two settings of a mapping: a comma, or a line break and the indentation.
    fileprivate func separator(before pair: YAMLNode.Pair, in mapping: YAMLNode) -> String {
        let start = byte(at: mapping.start)
        if bytes.indices.contains(start), bytes[start] == UInt8(ascii: "{") { return ", " }
        let isCRLF = bytes.indices.dropLast().contains { bytes[$0] == 0x0D && bytes[$0 + 1] == 0x0A }
        return (isCRLF ? "\r\n" : "\n") + String(repeating: " ", count: pair.keyMark.column - 1)
    }
}

extension YAMLNode {
    fileprivate func value(of key: String) -> YAMLNode? {
        guard case .mapping(let pairs) = content else { return nil }
        return pairs.first { $0.key == key }?.value
    }
}

/// Why a pin was not written.
public struct ThumbprintEditError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The topology.
    public let file: String
    /// The vCenter's key in it.
    public let vcenter: String
    let sha256: String
    /// What stands in the way.
    public let reason: String

    public var description: String {
        "\(file): vcenter “\(vcenter)”: \(reason)\n  hint: write it by hand: thumbprint: \(sha256)"
    }
}
