public import Access
import Foundation
import Topology
public import VSphere
import Wording

/// A file that `image upload` put on a datastore, and what became of it.
public struct UploadedFile: Sendable, Encodable {
    /// How it compares with what was uploaded.
    public enum State: String, Sendable, Encodable {
        /// Of its size; its content was not read.
        case present
        /// Of its size and its SHA-256.
        case verified
        case differs
        /// What Polyvisor wrote down of it is there alone.
        case missing
    }

    /// The vCenter's key in the topology.
    public var vcenter: String
    /// Where it is.
    public var path: DatastorePath
    /// Bytes that were uploaded.
    public var bytes: Int64
    /// How it compares with what was uploaded.
    public var state: State
    /// The machines whose disks hang on it.
    public var usedBy: [String]
    /// Whether it is gone now.
    public var removed = false
    /// Why it was not removed, though that was wanted.
    public var problem: String?

    /// Whether there is nothing to be told about it.
    public var isGood: Bool { problem == nil && (removed || state == .present || state == .verified) }

    /// A line for a person.
    public var text: String {
        let users = usedBy.isEmpty ? "" : ", used by \(usedBy.joined(separator: ", "))"
        let end = removed ? ", removed" : problem.map { "\n  not removed: \($0)" } ?? ""
        return "\(vcenter)  \(path)  \(ByteCount.wholeMiB(bytes)) MiB, \(state.rawValue)\(users)\(end)\n"
    }
}

extension LabAccess {
    /// The files that `image upload` put on the datastores of the lab's vCenters.
    ///
    /// - Parameters:
    ///   - limit: names of vCenters; empty: all.
    ///   - verifying: read them back, for their SHA-256.
    ///   - remove: says of each whether it is to be removed.
    public func uploadedFiles(
        limit: [String] = [], verifying: Bool = false, remove: (UploadedFile) async throws -> Bool = { _ in false }
    ) async throws -> [UploadedFile] {
        var files: [UploadedFile] = []
        for vcenter in lab.vcenters where limit.isEmpty || limit.contains(vcenter.name) {
            let connection = try await vcenters.session(with: vcenter)
            async let using = connection.diskFiles()
            let inventory = try await connection.inventory()
            let inUse = try await using
            for datastore in inventory.datastores where datastore.accessible {
                let uploads = UploadedFiles(on: try DatastoreAccess(datastore, in: inventory, through: connection))
                for var file in try await uploads.find(verifying: verifying, vcenter: vcenter.name, inUse: inUse) {
                    if try await remove(file) { try await uploads.remove(&file) }
                    files.append(file)
                }
            }
        }
        return files
    }
}

/// What `DatastoreDestination` has put on one datastore, which its records tell.
struct UploadedFiles {
    private let datastore: DatastoreAccess

    init(on datastore: DatastoreAccess) { self.datastore = datastore }

    /// - Parameter inUse: the machines of each file that is a disk, by its path.
    func find(
        verifying: Bool, vcenter: String, inUse: [String: Set<String>] = [:]
    ) async throws -> [UploadedFile] {
        var files: [UploadedFile] = []
        for record in try await datastore.search(for: "*\(DatastorePath.uploadRecordSuffix)") {
            // Others may give their files such names: what says nothing of an upload is not ours.
            guard let data = try await datastore.read(record),
                let kept = try? JSONDecoder().decode(DatastoreDestination.Record.self, from: data)
            else { continue }
            let path = record.parent.appending(String(record.name.dropLast(DatastorePath.uploadRecordSuffix.count)))
            let state = try await state(of: path, kept, verifying)
            files.append(
                UploadedFile(
                    vcenter: vcenter, path: path, bytes: kept.size, state: state,
                    usedBy: inUse["\(path)", default: []].sorted()))
        }
        return files
    }

    private func state(
        of path: DatastorePath, _ kept: DatastoreDestination.Record, _ verifying: Bool
    ) async throws -> UploadedFile.State {
        guard let found = try await datastore.find(path) else { return .missing }
        guard found.size == kept.size else { return .differs }
        guard verifying else { return .present }
        return try await datastore.contents(of: path)?.sha256 == kept.sha256 ? .verified : .differs
    }

    /// Removes a file and then its record. One that is used or is no longer what was uploaded is left alone.
    func remove(_ file: inout UploadedFile) async throws {
        guard file.usedBy.isEmpty else { return file.problem = "machines use it" }
        guard file.state != .differs else { return file.problem = "somebody has changed it since it was uploaded" }
        try await datastore.delete(file.path)
        try await datastore.delete(file.path.uploadRecord)
        file.removed = true
    }
}
