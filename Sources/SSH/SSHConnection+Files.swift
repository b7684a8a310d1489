public import Foundation

extension SSHConnection {
    /// The contents of a file on the node; nil if there is none.
    ///
    /// - Parameters:
    ///   - path: absolute.
    ///   - limit: a longer file is an error, not a part.
    /// - Throws: `io` if it cannot be read; and what `run` throws.
    public func read(_ path: String, atMost limit: Int = 64 << 20) async throws(SSHError) -> Data? {
        let doing = "read \(path)"
        try check(path, doing: doing)
        let result = try await execute(
            Execution(RemoteScripts.command(RemoteScripts.read, path), doing: doing, timeout: nil, keeping: limit))
        if result.status == RemoteScripts.noSuchFile { return nil }
        guard result.succeeded else { throw fault(.io, doing, result.failure) }
        guard result.stdoutDropped == 0 else {
            throw fault(.io, doing, "it is longer than \(limit) bytes")
        }
        return result.stdout
    }

    /// Writes one file; see `write(_:options:timeout:onProgress:)`.
    public func write(
        _ contents: Data, to path: String, owner: String = "root", group: String = "root", mode: UInt16 = 0o644,
        keepingOriginalsIn originals: String? = nil
    ) async throws(SSHError) {
        let file = RemoteFile(path: path, contents: .data(contents), owner: owner, group: group, mode: mode)
        try await write([file], options: WriteOptions(keepingOriginalsIn: originals))
    }

    /// Sends a file of this machine, piece by piece; see `write(_:options:timeout:onProgress:)`.
    public func upload(
        _ localPath: String, to path: String, mode: UInt16 = 0o644,
        onProgress: (@Sendable (WriteProgress) -> Void)? = nil
    ) async throws(SSHError) {
        try await write([RemoteFile(path: path, contents: .localFile(localPath), mode: mode)], onProgress: onProgress)
    }

    /// Writes files in one stream and one round trip.
    ///
    /// Each goes into a temporary file beside its target, closed to others; its SHA-256 is compared on the
    /// node, its owner and mode are set, it is synced, and only when all files are there does each take its
    /// target's place by a rename. Whatever goes wrong before leaves all targets as they were and no
    /// temporary file. Contents never appear in the node's process list.
    ///
    /// - Throws: `diskFull`; `io` with the node's words (no such directory, no such user, …); and what
    ///   `run` throws. After `disconnected` and `timeout` the targets hold either the old or the new file.
    public func write(
        _ files: [RemoteFile], options: WriteOptions = WriteOptions(), timeout: Duration? = nil,
        onProgress: (@Sendable (WriteProgress) -> Void)? = nil
    ) async throws(SSHError) {
        guard let first = files.first else { return }
        let doing = files.count == 1 ? "write \(first.path)" : "write \(files.count) files (\(first.path), …)"
        if let directory = options.originals { try check(directory, doing: doing) }
        let command = RemoteScripts.command(
            RemoteScripts.write, options.originals ?? "", options.makesParents ? "1" : "0")
        var execution = Execution(command, doing: doing, timeout: timeout, keeping: 64 << 10)
        let stream = try FileStream(files, node: target.label)
        execution.input = stream.input
        if let onProgress {
            let total = stream.total
            execution.onSent = { onProgress(WriteProgress(sent: $0, total: total)) }
        }
        let result = try await execute(execution)
        try judge(result, doing: doing)
    }

    /// Puts back what stood at the paths before `write` with `keepingOriginalsIn` replaced it: the old file,
    /// or none where there was none. Paths of which nothing is kept stay as they are.
    ///
    /// - Throws: `diskFull`, `io`, and what `run` throws.
    public func restoreOriginals(of paths: [String], from directory: String) async throws(SSHError) {
        let doing = "restore \(paths.count) original files from \(directory)"
        try check(directory, doing: doing)
        var lines = "\(paths.count)\n"
        for path in paths {
            try check(path, doing: doing)
            lines += "\(path)\n\(FileStream.temporaryName(beside: path))\n"
        }
        let command = RemoteScripts.command(RemoteScripts.restore, directory)
        var execution = Execution(command, doing: doing, timeout: nil, keeping: 64 << 10)
        execution.input = StandardInput([.frame(Data(lines.utf8))])
        try judge(try await execute(execution), doing: doing)
    }

    private func judge(_ result: CommandResult, doing: String) throws(SSHError) {
        if result.succeeded { return }
        if result.status == RemoteScripts.diskFull {
            throw fault(.diskFull, doing, result.failure, hint: "make room on the node (df -h); nothing was changed")
        }
        throw fault(.io, doing, result.failure)
    }

    private func check(_ path: String, doing: String) throws(SSHError) {
        if let problem = FileStream.problem(withPath: path) { throw fault(.io, doing, problem) }
    }

    private func fault(_ kind: SSHError.Kind, _ doing: String, _ reason: String, hint: String? = nil) -> SSHError {
        SSHError(kind, node: target.label, doing: doing, reason: reason, hint: hint)
    }
}
