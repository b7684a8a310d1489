public import Foundation
import VSphere

/// A folder that something left on a datastore and that nobody will ask for again.
public struct DatastoreOrphan: Sendable, Equatable {
    /// Why it is there.
    public enum Kind: String, Sendable, Codable {
        /// Nova's import of a streamOptimized image that failed (`OSTACK_IMG_…`).
        case failedImport = "failed import"
        /// An image that Polyvisor was making ready for Nova's cache when it was killed.
        case interruptedPriming = "interrupted priming"
    }

    public let kind: Kind
    public let datastore: String
    /// From the datastore's root.
    public let folder: String
    /// When something in it last changed; nil where the server does not tell.
    public let modified: Date?
    /// Bytes of its files, without those of folders in it.
    public let size: Int64
}

/// Looks for orphans on one datastore, and removes them when told to.
struct OrphanSearch: Sendable {
    var datastore: DatastoreAccess
    /// Names of the virtual machines that vCenter has: an import that goes on is one of them.
    var virtualMachines: Set<String>
    var now: Date
    /// What changed less than an hour ago may still be worked on: an import is no virtual machine any more at its end.
    static let rest: TimeInterval = 3600

    /// As Nova names an import (`nova/virt/vmwareapi/vm_util.py`, `get_vm_name` of images): `OSTACK_IMG_` and a UUID.
    static func isImport(_ name: String) -> Bool {
        name.hasPrefix("OSTACK_IMG_") && UUID(uuidString: String(name.dropFirst(11))) != nil
    }

    func find() async throws -> [DatastoreOrphan] {
        let names = try await folders(in: "")
        var found: [DatastoreOrphan] = []
        for name in names where Self.isImport(name) && !virtualMachines.contains(name) {
            found.append(try await orphan(.failedImport, name))
        }
        guard names.contains(ImageCacheAccess.workFolder) else { return settled(found) }
        for name in try await folders(in: ImageCacheAccess.workFolder) where UUID(uuidString: name) != nil {
            found.append(try await orphan(.interruptedPriming, "\(ImageCacheAccess.workFolder)/\(name)"))
        }
        return settled(found)
    }

    /// Removes one that `find` gave.
    func remove(_ orphan: DatastoreOrphan) async throws {
        try await datastore.delete(datastore.path(orphan.folder))
    }

    private func settled(_ orphans: [DatastoreOrphan]) -> [DatastoreOrphan] {
        orphans.filter { orphan in orphan.modified.map { now.timeIntervalSince($0) >= Self.rest } ?? true }
    }

    private func folders(in path: String) async throws -> [String] {
        try await datastore.list(datastore.path(path))?.filter(\.isDirectory).map(\.name) ?? []
    }

    private func orphan(_ kind: DatastoreOrphan.Kind, _ folder: String) async throws -> DatastoreOrphan {
        var files: [DatastoreFile] = []
        for path in [folder, folder + "/" + ((try await folders(in: folder)).first ?? "")] where !path.hasSuffix("/") {
            files += try await datastore.list(datastore.path(path)) ?? []
        }
        return DatastoreOrphan(
            kind: kind, datastore: datastore.datastore.name, folder: folder,
            modified: files.compactMap(\.modified).max(), size: files.compactMap(\.size).reduce(0, +))
    }
}
