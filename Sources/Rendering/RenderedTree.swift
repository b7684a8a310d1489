import Foundation
import Synchronization

/// Writes a rendering to disk, for `polyvisor render --output`: DIRECTORY/NODE/PATH.
public struct RenderedTree: Sendable {
    /// The file by which a directory is known to be ours.
    public static let marker = ".polyvisor-rendered"
    let nodes: [NodeFiles]
    private let lab: String

    /// The tree of a rendering, or what a selection leaves of it; the lab's name goes into the marker.
    public init(_ rendering: Rendering, lab: String, selection: Selection = Selection()) {
        nodes = rendering.nodes.compactMap(selection.applied)
        self.lab = lab
    }

    /// One file of the tree.
    struct Entry: Sendable {
        /// Below the tree's directory: NODE/PATH.
        var path: String
        var contents: String
        var mode: mode_t
    }

    /// The tree as bytes, by path below the directory; a `manifest.txt` for each node says what a copy would lose:
    /// owners, modes and the units that restart.
    var files: [Entry] {
        nodes.flatMap(Self.entries) + [
            Entry(
                path: Self.marker,
                contents: "Lab \(lab), rendered by Polyvisor: this directory is replaced as a whole.\n",
                mode: 0o644)
        ]
    }

    private static func entries(_ node: NodeFiles) -> [Entry] {
        node.files.map { file in
            Entry(path: "\(node.node)\(file.path)", contents: file.contents, mode: file.isPrivate ? 0o600 : 0o644)
        } + [Entry(path: "\(node.node)/manifest.txt", contents: manifest(node), mode: 0o644)]
    }

    static func manifest(_ node: NodeFiles) -> String {
        let directories = node.directories.map { directory in
            "\(octal(directory.mode)) \(directory.owner):\(directory.group) \(directory.path)/\n"
        }
        let files = node.files.map { file in
            let units = file.units.isEmpty ? "" : "  restarts " + file.units.joined(separator: ", ")
            let byHand = file.isByHand ? "  for your hand: up does not send it" : ""
            return "\(octal(file.mode)) \(file.owner):\(file.group) \(file.path)\(units)\(byHand)\n"
        }
        return (directories + files).joined()
    }

    private static func octal(_ mode: UInt16) -> String { "0" + String(mode, radix: 8) }

    /// Puts the tree in place of a directory as a whole: a reader sees all of the old one or all of the new one.
    ///
    /// The directory is private to the user, for files in it hold secrets. Throws, with nothing changed, when
    /// something is there that Polyvisor did not write.
    public func write(to directory: String) throws(TreeError) {
        let target = Self.normalized(directory)
        try Self.refuseForeign(target)
        let temporary = "\(target).polyvisor-\(getpid())"
        do {
            try Self.makeDirectory((target as NSString).deletingLastPathComponent, mode: 0o755)
            try Self.makeDirectory(temporary, mode: 0o700)
            try fill(temporary)
            try Self.exchange(temporary, target)
        } catch {
            try? FileManager.default.removeItem(atPath: temporary)
            throw error
        }
    }

    /// Nodes have folders of their own, so all cores can write at once.
    private func fill(_ directory: String) throws(TreeError) {
        let failure = Mutex<TreeError?>(nil)
        let workers = min(max(1, nodes.count), ProcessInfo.processInfo.activeProcessorCount)
        DispatchQueue.concurrentPerform(iterations: workers) { worker in
            var index = worker
            while index < nodes.count, failure.withLock({ $0 == nil }) {
                do throws(TreeError) {
                    var writer = FileWriter(root: directory)
                    for file in Self.entries(nodes[index]) { try writer.write(file) }
                } catch {
                    failure.withLock { first in if first == nil { first = error } }
                }
                index += workers
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        var writer = FileWriter(root: directory)
        if let marker = RenderedTree(nodes: [], lab: lab).files.last { try writer.write(marker) }
    }

    private init(nodes: [NodeFiles], lab: String) {
        self.nodes = nodes
        self.lab = lab
    }

    private static func normalized(_ path: String) -> String {
        let standard = URL(fileURLWithPath: path).standardizedFileURL.path
        return standard.count > 1 && standard.hasSuffix("/") ? String(standard.dropLast()) : standard
    }

    private static func refuseForeign(_ target: String) throws(TreeError) {
        let files = FileManager.default
        var isDirectory: ObjCBool = false
        guard files.fileExists(atPath: target, isDirectory: &isDirectory) else { return }
        let isEmpty = isDirectory.boolValue && (try? files.contentsOfDirectory(atPath: target))?.isEmpty == true
        guard isEmpty || files.fileExists(atPath: "\(target)/\(marker)") else {
            throw TreeError(
                doing: "write to \(target)", reason: "it holds something that Polyvisor did not render",
                hint: "name a new directory, or remove it yourself")
        }
    }

    private static func makeDirectory(_ path: String, mode: mode_t) throws(TreeError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: Int(mode)])
        } catch {
            throw TreeError(doing: "make the directory \(path)", reason: Self.reason(of: error), hint: nil)
        }
    }

    /// Two renames, for glibc's one-step exchange is out of Swift's reach; the old tree comes back if the second fails.
    private static func exchange(_ temporary: String, _ target: String) throws(TreeError) {
        if rename(temporary, target) == 0 { return }
        let old = "\(temporary)-old"
        guard rename(target, old) == 0 else { throw inPlace(target) }
        guard rename(temporary, target) == 0 else {
            let error = inPlace(target)
            rename(old, target)
            throw error
        }
        do {
            try FileManager.default.removeItem(atPath: old)
        } catch {
            throw TreeError(
                doing: "remove the old tree \(old)", reason: Self.reason(of: error), hint: "remove it yourself")
        }
    }

    /// The system's words, without Foundation's around them.
    private static func reason(of error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
        let posix = (underlying ?? error) as NSError
        guard posix.domain == NSPOSIXErrorDomain else { return error.localizedDescription }
        return String(cString: strerror(Int32(posix.code)))
    }

    private static func inPlace(_ target: String) -> TreeError {
        TreeError(doing: "put \(target) in place", reason: String(cString: strerror(errno)), hint: nil)
    }
}

/// Writes new files below a directory, and makes each folder once.
private struct FileWriter {
    let root: String
    private var made: Set<Substring> = [""]

    init(root: String) { self.root = root }

    /// A file is born with its mode, so that no moment shows a secret.
    mutating func write(_ file: RenderedTree.Entry) throws(TreeError) {
        if let slash = file.path.lastIndex(of: "/") { try make(file.path[..<slash]) }
        let path = "\(root)/\(file.path)"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, file.mode)
        guard descriptor >= 0 else { throw failure("make \(path)") }
        defer { close(descriptor) }
        guard fchmod(descriptor, file.mode) == 0 else { throw failure("set the mode of \(path)") }
        var text = file.contents
        let written = text.withUTF8 { bytes in Self.writeAll(bytes, to: descriptor) }
        guard written else { throw failure("write \(path)") }
    }

    private static func writeAll(_ bytes: UnsafeBufferPointer<UInt8>, to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Foundation.write(descriptor, UnsafeBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private mutating func make(_ folder: Substring) throws(TreeError) {
        guard made.insert(folder).inserted else { return }
        if let slash = folder.lastIndex(of: "/") { try make(folder[..<slash]) }
        let path = "\(root)/\(folder)"
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw failure("make the directory \(path)") }
    }

    private func failure(_ doing: String) -> TreeError {
        TreeError(doing: doing, reason: String(cString: strerror(errno)), hint: nil)
    }
}

/// A tree that could not be written.
public struct TreeError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was tried.
    public let doing: String
    /// Why it failed.
    public let reason: String
    /// What to do.
    public let hint: String?

    public var description: String { "\(doing): \(reason)" + (hint.map { "\n  hint: \($0)" } ?? "") }
}
