import Wording

/// Where a file is, as vSphere writes it: `[shared-1] directory/file.vmdk`.
public struct DatastorePath: Sendable, Hashable, Encodable, CustomStringConvertible {
    /// The datastore's name, as vCenter writes it.
    public let datastore: String
    /// From the datastore's root, without a slash at either end; empty for the root itself.
    public let path: String

    /// - Parameter path: from the datastore's root; slashes at its ends and doubled ones do not matter.
    public init(_ datastore: String, _ path: String = "") {
        self.datastore = datastore
        self.path = path.split(separator: "/").joined(separator: "/")
    }

    public var description: String { path.isEmpty ? "[\(datastore)]" : "[\(datastore)] \(path)" }

    /// As it is written.
    public func encode(to encoder: any Encoder) throws { try description.encode(to: encoder) }

    /// The last part of the path.
    public var name: String { path.split(separator: "/").last.map(String.init) ?? "" }

    /// The directory above; the root's is the root.
    public var parent: DatastorePath {
        DatastorePath(datastore, path.split(separator: "/").dropLast().joined(separator: "/"))
    }

    /// - Parameter name: a file or directory below this one.
    public func appending(_ name: String) -> DatastorePath { DatastorePath(datastore, "\(path)/\(name)") }

    /// Whether a name can be one part of a path: neither empty, nor a way up, nor several parts.
    public static func isName(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && !name.contains("/") && !name.contains("\\")
            && XMLText.canHold(name)
    }
}
