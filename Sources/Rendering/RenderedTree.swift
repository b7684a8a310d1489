import Foundation

/// Writes a rendering to disk, for `polyvisor render --output`: DIRECTORY/NODE/PATH.
public struct RenderedTree: Sendable {
    /// The file by which a directory is known to be ours.
    public static let marker = ".polyvisor-rendered"
    private let rendering: Rendering
    private let lab: String

    /// The tree of a rendering; the lab's name goes into the marker.
    public init(_ rendering: Rendering, lab: String) {
        self.rendering = rendering
        self.lab = lab
    }

    /// The tree as bytes, by path below the directory; a `manifest.txt` for each node says what a copy would lose:
    /// owners, modes and the units that restart.
    var files: [(path: String, contents: String, mode: mode_t)] {
        let nodes = rendering.nodes.flatMap { node in
            node.files.map { ("\(node.node)\($0.path)", $0.contents, $0.isPrivate ? 0o600 as mode_t : 0o644) }
                + [("\(node.node)/manifest.txt", Self.manifest(node), 0o644 as mode_t)]
        }
        return nodes + [
            (Self.marker, "Lab \(lab), rendered by Polyvisor: this directory is replaced as a whole.\n", 0o644)
        ]
    }

    private static func manifest(_ node: NodeFiles) -> String {
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
            for file in files { try Self.write(file.contents, to: "\(temporary)/\(file.path)", mode: file.mode) }
            try Self.exchange(temporary, target)
        } catch {
            try? FileManager.default.removeItem(atPath: temporary)
            throw error
        }
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

    /// A file is born with its mode, so that no moment shows a secret.
    private static func write(_ text: String, to path: String, mode: mode_t) throws(TreeError) {
        try makeDirectory((path as NSString).deletingLastPathComponent, mode: 0o755)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            throw TreeError(doing: "make \(path)", reason: String(cString: strerror(errno)), hint: nil)
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: Data(text.utf8))
            try handle.close()
        } catch {
            throw TreeError(doing: "write \(path)", reason: Self.reason(of: error), hint: nil)
        }
        guard chmod(path, mode) == 0 else {
            throw TreeError(doing: "set the mode of \(path)", reason: String(cString: strerror(errno)), hint: nil)
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
