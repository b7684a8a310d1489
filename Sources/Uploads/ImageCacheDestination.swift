import DiskImage
import Foundation
package import HTTP
import Synchronization
import VSphere

/// Nova's image cache on one datastore, as a place that an image is uploaded to as a hosted sparse VMDK.
///
/// The image is made ready in a folder of ours and then moved into the cache in one piece, so that Nova either sees all
/// of it or nothing. What we put carries a mark, and only what carries one is ever removed.
package final class ImageCacheDestination: ImageDestination {
    private let access: ImageCacheAccess
    /// The image's id in Glance.
    private let id: String
    private let priming: CachePriming
    /// Bytes of the disk in the image.
    private let capacity: Int64
    /// The folder of ours that is in use.
    private let work = Mutex<DatastorePath?>(nil)

    package init(_ access: ImageCacheAccess, id: String, capacity: UInt64, for priming: CachePriming) throws {
        guard DatastorePath.isName(id) else { throw UploadFailure(cause: "\(id) is no id of an image", hint: nil) }
        // A VMDK has whole sectors.
        guard let capacity = Int64(exactly: capacity), capacity <= Int64.max - 511 else {
            throw UploadFailure(cause: "a disk of \(capacity) bytes is too large for VMDK", hint: nil)
        }
        self.access = access
        self.id = id
        self.priming = priming
        self.capacity = (capacity + 511) / 512 * 512
    }

    package var name: String { "[\(access.datastore.datastore.name)] \(access.cache.folder(of: id))" }

    private var datastore: DatastoreAccess { access.datastore }
    private static let upload = "tmp-sparse.vmdk"

    /// Nova looks for nothing but the disk's name, so that is enough to be there.
    package func prepare(for digest: String) async throws -> Bool { try await access.holds(id) }

    package func receive(_ body: HTTPBody, digest: String) async throws {
        let new = datastore.path("\(OrphanSearch.workFolder)/\(UUID().uuidString.lowercased())")
        work.withLock { $0 = new }
        let folder = new.appending(id)
        try await datastore.makeDirectory(folder)
        try await datastore.write(body, to: folder.appending(Self.upload))
    }

    /// As Nova prepares a sparse image (`_cache_sparse_image`): uploaded, then copied, which makes it a disk.
    package func finish(_ receipt: UploadReceipt, digest: String) async throws {
        guard let work = work.withLock(\.self) else { return }
        let folder = work.appending(id)
        let upload = folder.appending(Self.upload)
        let arrived = try await datastore.contents(of: upload)
        guard let arrived, arrived.size == receipt.size, arrived.sha256 == receipt.checksums["sha256"] else {
            throw UploadFailure(
                cause: "\(upload) is not what was uploaded: \(arrived?.size ?? 0) of \(receipt.size) bytes",
                hint: "is something between here and the vCenter changing what passes?")
        }
        let ready = folder.appending(access.cache.disk(of: id))
        try await datastore.copyVirtualDisk(upload, to: ready)
        try await datastore.delete(upload)
        try await check(folder)
        try await copySizes(of: ready, in: folder)
        let mark = ImageCacheAccess.Mark(image: priming.image.name, sha256: digest)
        try await datastore.write(JSONEncoder().encode(mark), to: folder.appending(ImageCacheAccess.markName))
        try await access.moveIntoCache(folder, id)
        try await datastore.delete(work)
        self.work.withLock { $0 = nil }
    }

    private func copySizes(of ready: DatastorePath, in folder: DatastorePath) async throws {
        for size in priming.rootDisks where Int64(size) << 30 >= capacity {
            let copy = folder.appending(access.cache.disk(of: id, gibibytes: size))
            try await datastore.copyVirtualDisk(ready, to: copy)
            if Int64(size) << 30 > capacity { try await datastore.extendVirtualDisk(copy, to: Int64(size) << 20) }
        }
    }

    /// Nova takes the image's size from the extent; a datastore without extents (vSAN) shows none.
    private func check(_ folder: DatastorePath) async throws {
        guard let extent = try await datastore.find(folder.appending("\(id)-flat.vmdk")), let size = extent.size,
            size != capacity
        else { return }
        throw UploadFailure(
            cause: "the copy of \(id) on \(datastore.datastore.name) has \(size) bytes instead of \(capacity)",
            hint: "the image's file may be damaged: upload it again")
    }

    package func abandon() async {
        guard let begun = work.withLock(\.self) else { return }
        work.withLock { $0 = nil }
        // In a task of its own: ours may be cancelled. Without a connection it is left, under a name that is ours.
        _ = await Task { [datastore] in try await datastore.delete(begun) }.result
    }

    /// The length of a monolithicSparse VMDK is known before it is made.
    package func needsLength(_ error: any Error) -> Bool { false }
}
