extension RenderedTree {
    /// The tree as a tar archive (POSIX ustar) with the owners and modes of the nodes: NODE/PATH.
    ///
    /// The same tree gives the same bytes: every file is from the beginning of 1970.
    ///
    /// - Throws: for a path that ustar cannot hold.
    public func tar() throws(TreeError) -> [UInt8] {
        var archive: [UInt8] = []
        for node in nodes {
            for file in node.files {
                let entry = TarEntry(
                    path: "\(node.node)\(file.path)", mode: file.mode, owner: file.owner, group: file.group)
                archive += try entry.bytes(Array(file.contents.utf8))
            }
            let manifest = TarEntry(path: "\(node.node)/manifest.txt", mode: 0o644, owner: "root", group: "root")
            archive += try manifest.bytes(Array(Self.manifest(node).utf8))
        }
        return archive + [UInt8](repeating: 0, count: 1024)
    }
}

/// One file in a tar archive (POSIX.1-1988, ustar).
private struct TarEntry {
    var path: String
    var mode: UInt16
    var owner: String
    var group: String

    /// Header and contents, padded to blocks of 512 bytes.
    func bytes(_ contents: [UInt8]) throws(TreeError) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        let (prefix, name) = try split()
        func put(_ text: String, at offset: Int) {
            header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        func octal(_ number: Int, digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        put(name, at: 0)
        put(octal(Int(mode), digits: 7), at: 100)
        put(octal(0, digits: 7), at: 108)
        put(octal(0, digits: 7), at: 116)
        put(octal(contents.count, digits: 11), at: 124)
        put(octal(0, digits: 11), at: 136)
        put("        ", at: 148)
        put("0", at: 156)
        put("ustar\u{0}00", at: 257)
        put(String(owner.prefix(31)), at: 265)
        put(String(group.prefix(31)), at: 297)
        put(prefix, at: 345)
        let sum = header.reduce(0) { $0 + Int($1) }
        put(octal(sum, digits: 6) + "\u{0} ", at: 148)
        let padding = (512 - contents.count % 512) % 512
        return header + contents + [UInt8](repeating: 0, count: padding)
    }

    /// 155 bytes of folders and 100 of a name.
    private func split() throws(TreeError) -> (prefix: String, name: String) {
        if path.utf8.count <= 100 { return ("", path) }
        for slash in path.indices.reversed() where path[slash] == "/" {
            let (prefix, name) = (path[..<slash], path[path.index(after: slash)...])
            if prefix.utf8.count <= 155, name.utf8.count <= 100, !name.isEmpty { return (String(prefix), String(name)) }
        }
        throw TreeError(doing: "put \(path) into an archive", reason: "the path is too long for tar", hint: nil)
    }
}
