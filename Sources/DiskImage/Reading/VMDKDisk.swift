/// A VMDK: its descriptor, its extents, and the parent beneath them.
struct VMDKDisk: Sendable {
    /// One extent, opened.
    struct Extent: Sendable {
        let description: VMDKDescriptor.Extent?
        /// nil for an extent of zeros.
        let file: FileBytes?
        /// For a sparse extent.
        let sparse: SparseExtentLayer?
        /// The extent by itself, in bytes.
        let size: UInt64
    }

    /// nil when a single sparse extent has none.
    let descriptor: VMDKDescriptor?
    let extents: [Extent]
    let parent: ImageFile?
    let joined: any DiskSource
    let remarks: [String]

    static func open(_ file: FileBytes, through opener: ImageOpener) throws(DiskImageError) -> VMDKDisk {
        let head = try file.bytes(at: 0, count: Int(min(file.size, 1024)), "VMDK")
        if head.starts(with: SparseExtentHeader.magic) { return try sparse(file, through: opener) }
        guard VMDKDescriptor.begins(head) else { throw opener.notA("VMDK", file) }
        guard file.size <= UInt64(VMDKDescriptor.largest) else {
            throw tooLarge(file, at: 0, file.size)
        }
        let descriptor = try VMDKDescriptor.read(
            file.bytes(at: 0, count: Int(file.size), "descriptor"), in: file, at: 0)
        return try described(descriptor, file, through: opener)
    }

    /// A file that begins with a sparse extent: the disk is in it, and so usually is the descriptor.
    private static func sparse(_ file: FileBytes, through opener: ImageOpener) throws(DiskImageError) -> VMDKDisk {
        let header = try SparseExtentHeader.read(from: file)
        let layer = try SparseExtentLayer(header, in: file)
        let descriptor = try embeddedDescriptor(header, file)
        var remarks: [String] = []
        if let descriptor {
            try checkEmbedded(descriptor, header, file)
        } else {
            remarks.append("there is no descriptor: this is one extent of a disk, or the descriptor was lost")
        }
        let extent = Extent(description: descriptor?.extents.first, file: file, sparse: layer, size: layer.capacity)
        return try joined([extent], descriptor, remarks, file, through: opener)
    }

    private static func embeddedDescriptor(
        _ header: SparseExtentHeader, _ file: FileBytes
    ) throws(DiskImageError) -> VMDKDescriptor? {
        guard header.descriptorSector != 0, header.descriptorSectors != 0 else { return nil }
        guard header.descriptorSectors <= UInt64(VMDKDescriptor.largest) / 512 else {
            throw tooLarge(file, at: 36, header.descriptorSectors &* 512)
        }
        let count = header.descriptorSectors * 512
        guard header.descriptorSector <= file.size / 512 else {
            throw file.truncated("descriptor", at: 28, count: count)
        }
        let place = header.descriptorSector * 512
        let bytes = try file.bytes(at: place, count: Int(count), "descriptor")
        // A zeroed area is what the extents of a split disk have there.
        return bytes[0] == 0 ? nil : try VMDKDescriptor.read(bytes, in: file, at: place)
    }

    private static func checkEmbedded(
        _ descriptor: VMDKDescriptor, _ header: SparseExtentHeader, _ file: FileBytes
    ) throws(DiskImageError) {
        let place = header.descriptorSector * 512
        guard descriptor.extents.count == 1, let extent = descriptor.extents.first else {
            throw file.damaged(
                "descriptor", at: place, expected: "the one extent that the file is",
                found: "\(descriptor.extents.count) extents")
        }
        guard extent.size == header.capacity else {
            throw file.damaged(
                "descriptor, line \(extent.line)", at: place,
                expected: "\(header.capacity / 512) sectors as the header has them", found: "\(extent.size / 512)")
        }
    }

    private static func described(
        _ descriptor: VMDKDescriptor, _ file: FileBytes, through opener: ImageOpener
    ) throws(DiskImageError) -> VMDKDisk {
        guard !descriptor.extents.isEmpty else {
            throw file.damaged("descriptor", at: 0, expected: "an extent", found: "none")
        }
        var extents: [Extent] = []
        var end: UInt64 = 0
        for extent in descriptor.extents {
            extents.append(try open(extent, of: file, through: opener))
            end += extent.size
            guard end <= UInt64(Int64.max) else {
                throw file.damaged(
                    "descriptor", at: 0, expected: "a disk below 8 EiB", found: "a larger sum of extents")
            }
        }
        return try joined(extents, descriptor, [], file, through: opener)
    }

    private static func open(
        _ extent: VMDKDescriptor.Extent, of file: FileBytes, through opener: ImageOpener
    ) throws(DiskImageError) -> Extent {
        guard let name = extent.fileName else {
            return Extent(description: extent, file: nil, sparse: nil, size: extent.size)
        }
        let readable = ["FLAT", "SPARSE", "VMFS"]
        guard readable.contains(extent.type), extent.access != "NOACCESS" else {
            throw DiskImageError(
                .unsupported, file: file.path, structure: "descriptor, line \(extent.line)",
                expected: "an extent that can be read, of type FLAT, SPARSE, VMFS or ZERO",
                found: "\(extent.access) \(extent.type)",
                hint: "consolidate the snapshots, or clone the disk with vmkfstools -i")
        }
        let bytes = try FileBytes.open(opener.resolved(name, for: "extent of line \(extent.line)", of: file))
        guard extent.type == "SPARSE" else {
            _ = try FlatExtent(of: bytes, start: extent.offset, capacity: extent.size)
            return Extent(description: extent, file: bytes, sparse: nil, size: extent.size)
        }
        let layer = try SparseExtentLayer(SparseExtentHeader.read(from: bytes), in: bytes)
        guard layer.capacity == extent.size else {
            throw bytes.damaged(
                "sparse extent header", at: 12, expected: "\(extent.size / 512) sectors as the descriptor has them",
                found: "\(layer.capacity / 512)")
        }
        return Extent(description: extent, file: bytes, sparse: layer, size: extent.size)
    }

    private static func joined(
        _ extents: [Extent], _ descriptor: VMDKDescriptor?, _ remarks: [String], _ file: FileBytes,
        through opener: ImageOpener
    ) throws(DiskImageError) -> VMDKDisk {
        let parent = try parent(of: descriptor, file, through: opener)
        var disks: [any DiskSource] = []
        var start: UInt64 = 0
        for extent in extents {
            disks.append(try disk(of: extent, over: parent, at: start))
            start += extent.size
        }
        let joined: any DiskSource = disks.count == 1 ? disks[0] : JoinedDisks(disks)
        return VMDKDisk(descriptor: descriptor, extents: extents, parent: parent, joined: joined, remarks: remarks)
    }

    private static func disk(
        of extent: Extent, over parent: ImageFile?, at start: UInt64
    ) throws(DiskImageError) -> any DiskSource {
        if let layer = extent.sparse {
            return LayeredDisk(
                layer: layer, backing: parent.map { DiskWindow(of: $0, start: start, length: extent.size) })
        }
        guard let file = extent.file else { return ZeroDisk(capacity: extent.size) }
        return try FlatExtent(of: file, start: extent.description?.offset ?? 0, capacity: extent.size)
    }

    /// "parentCID" and "parentFileNameHint": the parent has to be as it was when this was made on top of it.
    private static func parent(
        of descriptor: VMDKDescriptor?, _ file: FileBytes, through opener: ImageOpener
    ) throws(DiskImageError) -> ImageFile? {
        guard let descriptor, descriptor.hasParent, let wanted = descriptor.parentCID else { return nil }
        guard let name = descriptor.parentFileNameHint else {
            throw file.damaged(
                "descriptor", at: nil, expected: "parentFileNameHint, as there is a parent", found: "none")
        }
        let parent = try opener.open(opener.resolved(name, for: "parent", of: file), as: .vmdk)
        guard case .vmdk(let disk) = parent.details, disk.descriptor?.cid == wanted else {
            throw DiskImageError(
                .damaged, file: parent.path, structure: "CID",
                expected: String(wanted, radix: 16) + ", as \(file.path) says",
                found: "another: the parent was written to since", hint: "restore the parent as it was")
        }
        return parent
    }

    private static func tooLarge(_ file: FileBytes, at offset: UInt64, _ size: UInt64) -> DiskImageError {
        DiskImageError(
            .limit, file: file.path, offset: offset, structure: "descriptor",
            expected: "\(VMDKDescriptor.largest) bytes at most", found: "\(size)")
    }
}
