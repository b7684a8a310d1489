import Foundation
import VSphere

/// Nova's image cache on one datastore.
///
/// An image is made ready in a folder of ours and then moved into the cache in one piece, so that Nova either sees all
/// of it or nothing. What we put carries a mark, and only what carries one is ever removed.
struct ImageCacheAccess: Sendable {
    var datastore: DatastoreAccess
    var cache: NovaImageCache

    /// In an image's folder: that it was Polyvisor that put it there, and from what.
    static let markName = "polyvisor.json"

    /// What the mark says.
    struct Mark: Codable, Equatable {
        /// The name in Glance.
        var image: String
        /// SHA-256 of the file in Glance.
        var sha256: String
    }

    /// Whether Nova would find an image of this id.
    func holds(_ id: String) async throws -> Bool {
        let folder = datastore.path(cache.folder(of: id))
        return try await datastore.find(folder.appending(cache.disk(of: id))) != nil
    }

    /// Puts an image into the cache.
    ///
    /// - Returns: false if it was there already, or Nova fetched it meanwhile.
    func prime(_ id: String, with disk: SparseDisk, for priming: CachePriming) async throws -> Bool {
        guard DatastorePath.isName(id) else { throw ActionFailure(cause: "\(id) is no id of an image", hint: nil) }
        if try await holds(id) { return false }
        let work = datastore.path("\(OrphanSearch.workFolder)/\(UUID().uuidString.lowercased())")
        do {
            let folder = work.appending(id)
            try await datastore.makeDirectory(folder)
            try await makeReady(folder, id, disk, priming)
            let isOurs = try await moveIntoCache(folder, id)
            try await datastore.delete(work)
            return isOurs
        } catch {
            // Also where the run was cancelled; without a connection it is left, under a name that is ours.
            let tidying = Task { _ = try? await datastore.delete(work) }
            await tidying.value
            throw error
        }
    }

    /// As Nova prepares a sparse image (`_cache_sparse_image`): uploaded, then copied, which makes it a disk.
    private func makeReady(
        _ folder: DatastorePath, _ id: String, _ disk: SparseDisk, _ priming: CachePriming
    ) async throws {
        let upload = folder.appending("tmp-sparse.vmdk")
        try await datastore.upload(disk.path, to: upload)
        let arrived = try await datastore.contents(of: upload)
        guard arrived == disk.contents else {
            throw ActionFailure(
                cause: "\(upload) is not what was uploaded: \(arrived?.size ?? 0) of \(disk.contents.size) bytes",
                hint: "is something between here and the vCenter changing what passes?")
        }
        let ready = folder.appending(cache.disk(of: id))
        try await datastore.copyVirtualDisk(upload, to: ready)
        try await datastore.delete(upload)
        try await check(folder, id, disk)
        for size in priming.rootDisks where Int64(size) << 30 >= disk.capacity {
            let copy = folder.appending(cache.disk(of: id, gibibytes: size))
            try await datastore.copyVirtualDisk(ready, to: copy)
            if Int64(size) << 30 > disk.capacity {
                try await datastore.extendVirtualDisk(copy, to: Int64(size) << 20)
            }
        }
        let mark = Mark(image: priming.image.name, sha256: priming.image.digest)
        try await datastore.write(JSONEncoder().encode(mark), to: folder.appending(Self.markName))
    }

    /// Nova takes the image's size from the extent; a datastore without extents (vSAN) shows none.
    private func check(_ folder: DatastorePath, _ id: String, _ disk: SparseDisk) async throws {
        guard let extent = try await datastore.find(folder.appending("\(id)-flat.vmdk")), let size = extent.size,
            size != disk.capacity
        else { return }
        throw ActionFailure(
            cause: "the copy of \(id) on \(datastore.datastore.name) has \(size) bytes instead of \(disk.capacity)",
            hint: "the image's file may be damaged: upload it again")
    }

    private func moveIntoCache(_ folder: DatastorePath, _ id: String) async throws -> Bool {
        try await datastore.makeDirectory(datastore.path(cache.folder))
        do {
            try await datastore.move(folder, to: datastore.path(cache.folder(of: id)))
            return true
        } catch {
            guard error.kind == .fault("FileAlreadyExists"), try await holds(id) else { throw error }
            return false
        }
    }
}
