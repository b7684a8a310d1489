import DiskImage
import Foundation
import VSphere

/// An image as it is uploaded to a datastore: a hosted sparse VMDK, which vSphere can copy into a disk.
struct SparseDisk: Sendable {
    var path: String
    var contents: DatastoreAccess.Contents
    /// Bytes of the disk that is in it.
    var capacity: Int64
}

/// Makes sparse disks of images, each once, in a folder that goes with the run.
actor SparseDisks {
    private let folder: String
    private var made: [String: Task<SparseDisk, any Error>] = [:]

    /// - Parameter folder: of the lab, so that what a killed run left is found by the next one and removed.
    init(in folder: URL) {
        self.folder = folder.appendingPathComponent("sparse-disks").path
        try? FileManager.default.removeItem(atPath: self.folder)
    }

    func disk(of image: GlanceImage) async throws -> SparseDisk {
        let task = made[image.path] ?? Task { [folder] in try await Self.make(image, in: folder) }
        made[image.path] = task
        return try await task.value
    }

    /// Removes what was made.
    func removeAll() {
        made = [:]
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static func make(_ image: GlanceImage, in folder: String) async throws -> SparseDisk {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let path = "\(folder)/\(image.digest).vmdk"
        try await ImageFile.open(image.path, as: image.format).write(to: path, as: .monolithicSparse())
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64 ?? 0
        return SparseDisk(
            path: path, contents: .init(size: size, sha256: try fileDigest(path)), capacity: try capacity(of: path))
    }

    /// VMware's "Virtual Disk Format 1.1": magic, version and flags of four bytes each, then the capacity in sectors.
    static func capacity(of path: String) throws -> Int64 {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        guard let header = try file.read(upToCount: 20), header.count == 20, header.starts(with: "KDMV".utf8) else {
            throw ActionFailure(cause: "\(path) is no sparse VMDK", hint: nil)
        }
        let sectors = header.suffix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let capacity = Int64(exactly: sectors), capacity < Int64.max / 512 else {
            throw ActionFailure(cause: "\(path) says that it has \(sectors) sectors", hint: nil)
        }
        return capacity * 512
    }
}
