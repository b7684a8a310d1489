import Foundation

/// Files as the stream that `RemoteScripts.write` reads.
struct FileStream {
    let input: StandardInput
    /// Bytes of the whole stream.
    let total: Int

    /// Opens local files, so that a missing one is found before the node is asked for anything.
    init(_ files: [RemoteFile], node: String) throws(SSHError) {
        var parts: [StandardInput.Part] = [.frame(Data("\(files.count)\n".utf8))]
        for file in files {
            parts += try Self.parts(of: file, node: node)
        }
        input = StandardInput(parts)
        total = parts.reduce(0) { $0 + $1.count }
    }

    private static func parts(of file: RemoteFile, node: String) throws(SSHError) -> [StandardInput.Part] {
        let doing = "write \(file.path)"
        let owner = "\(file.owner):\(file.group)"
        guard let problem = problem(withPath: file.path) ?? problem(withOwner: owner, mode: file.mode) else {
            let contents = try contents(of: file, node: node, doing: doing)
            let lines = [
                file.path, temporaryName(beside: file.path), owner, "0" + String(file.mode, radix: 8),
                String(contents.count),
            ]
            return [.frame(Data((lines.joined(separator: "\n") + "\n").utf8)), contents, .digest]
        }
        throw SSHError(.io, node: node, doing: doing, reason: problem)
    }

    private static func contents(
        of file: RemoteFile, node: String, doing: String
    ) throws(SSHError) -> StandardInput.Part {
        switch file.contents {
        case .data(let data): return .content(data)
        case .localFile(let name):
            do {
                let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: expandingHome(name)))
                let size = try handle.seekToEnd()
                try handle.seek(toOffset: 0)
                return .file(handle, name: name, size: Int(size))
            } catch {
                throw SSHError(.io, node: node, doing: doing, reason: "cannot open \(name): \(reasonOf(error))")
            }
        }
    }

    /// Hidden, so that directories that are read whole (`conf.d`) pass over it.
    static func temporaryName(beside path: String) -> String {
        // By bytes: a slash with a combining accent after it is one Character, and not "/".
        let directory = path.prefix(upTo: path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex)
        return "\(directory)/.polyvisor-\(String(UInt64.random(in: 0...UInt64.max), radix: 16))"
    }

    static func problem(withPath path: String) -> String? {
        if !path.utf8.starts(with: "/".utf8) { return "the path \(path) is not absolute" }
        if path.utf8.last == UInt8(ascii: "/") { return "the path \(path) is a directory's" }
        if path.utf8.contains(where: { $0 == 0 || $0 == UInt8(ascii: "\n") }) {
            return "a path with a line end or a NUL byte cannot be written"
        }
        return nil
    }

    private static func problem(withOwner owner: String, mode: UInt16) -> String? {
        if owner.contains(where: { $0.isNewline || $0.isWhitespace }) || owner.hasPrefix(":") || owner.hasSuffix(":") {
            return "\"\(owner)\" is not an owner and a group"
        }
        return mode > 0o7777 ? "\(String(mode, radix: 8)) is not a mode" : nil
    }
}

extension StandardInput.Part {
    /// Bytes of this part on the wire.
    var count: Int {
        switch self {
        case .frame(let data), .content(let data): data.count
        case .file(_, _, let size): size
        case .digest: 65
        }
    }
}
