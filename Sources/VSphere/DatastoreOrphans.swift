public import Foundation

/// A folder that something left on a datastore and that nobody will ask for again.
public struct DatastoreOrphan: Sendable, Equatable {
    /// Why it is there.
    public enum Kind: String, Sendable, Codable {
        /// Nova's import of a streamOptimized image that failed (`OSTACK_IMG_…`).
        case failedImport = "failed import"
        /// An image that Polyvisor was making ready for Nova's cache when it was killed.
        case interruptedPriming = "interrupted priming"
    }

    /// Why it is there.
    public let kind: Kind
    /// The datastore's name.
    public let datastore: String
    /// From the datastore's root.
    public let folder: String
    /// When something in it last changed; nil where the server does not tell.
    public let modified: Date?
    /// Bytes of its files, with those of folders in it.
    public let size: Int64

    /// As vSphere writes it.
    public var path: String { "[\(datastore)] \(folder)" }
}

/// Looks for orphans on one datastore, and removes them when told to.
public struct OrphanSearch: Sendable {
    let datastore: DatastoreAccess
    /// Names of the virtual machines that vCenter has: an import that goes on is one of them.
    let virtualMachines: Set<String>
    let now: Date
    /// What changed less than an hour ago may still be worked on: an import is no virtual machine any more at its end.
    static let rest: TimeInterval = 3600
    /// Where Polyvisor makes images ready for Nova's cache: a folder for each, named after no image, which Nova does
    /// not look into.
    public static let workFolder = "polyvisor_temp"

    /// - Parameter now: by the server's clock.
    public init(_ datastore: DatastoreAccess, virtualMachines: Set<String>, now: Date) {
        self.datastore = datastore
        self.virtualMachines = virtualMachines
        self.now = now
    }

    /// As Nova names an import (`nova/virt/vmwareapi/images.py`): `OSTACK_IMG_` and a UUID.
    public static func isImport(_ name: String) -> Bool {
        name.hasPrefix("OSTACK_IMG_") && UUID(uuidString: String(name.dropFirst(11))) != nil
    }

    /// The orphans that have rested for an hour, so that nothing that goes on is among them.
    public func find() async throws(VSphereError) -> [DatastoreOrphan] {
        let names = try await folders(in: "")
        var found: [DatastoreOrphan] = []
        for name in names where Self.isImport(name) && !virtualMachines.contains(name) {
            found.append(try await orphan(.failedImport, name))
        }
        guard names.contains(Self.workFolder) else { return settled(found) }
        for name in try await folders(in: Self.workFolder) where UUID(uuidString: name) != nil {
            found.append(try await orphan(.interruptedPriming, "\(Self.workFolder)/\(name)"))
        }
        return settled(found)
    }

    /// Removes one that `find` gave.
    public func remove(_ orphan: DatastoreOrphan) async throws(VSphereError) {
        try await datastore.delete(datastore.path(orphan.folder))
    }

    private func settled(_ orphans: [DatastoreOrphan]) -> [DatastoreOrphan] {
        orphans.filter { orphan in orphan.modified.map { now.timeIntervalSince($0) >= Self.rest } ?? true }
    }

    private func folders(in path: String) async throws(VSphereError) -> [String] {
        try await datastore.list(datastore.path(path))?.filter(\.isDirectory).map(\.name) ?? []
    }

    private func orphan(_ kind: DatastoreOrphan.Kind, _ folder: String) async throws(VSphereError) -> DatastoreOrphan {
        var files = try await datastore.list(datastore.path(folder)) ?? []
        for inner in files where inner.isDirectory {
            files += try await datastore.list(datastore.path("\(folder)/\(inner.name)")) ?? []
        }
        return DatastoreOrphan(
            kind: kind, datastore: datastore.datastore.writtenName, folder: folder,
            modified: files.compactMap(\.modified).max(), size: files.compactMap(\.size).reduce(0, +))
    }
}
