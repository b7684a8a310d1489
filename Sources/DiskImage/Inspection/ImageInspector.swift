/// What is on a disk.
struct DiskContents {
    var table: PartitionTable?
    var fileSystem: FileSystem?
    /// A CD or DVD; one that also starts from a USB stick has a partition table besides.
    var iso: ISOVolume?
    /// The mark at the end of the first sector, without which a BIOS starts nothing.
    var hasBootSector = false
    var guest = GuestSystem()
    var findings: [ImageFinding] = []

    /// Beyond this places on the disk cannot be added up safely; no disk is that large.
    private static let largest: UInt64 = 1 << 60

    init(of image: ImageFile) {
        guard image.capacity <= Self.largest else { return }
        do throws(DiskImageError) {
            try look(at: image)
        } catch {
            findings.append(ImageFinding(error))
            guest.unknown.append("what is on the disk: its start cannot be read")
        }
    }

    private mutating func look(at image: ImageFile) throws(DiskImageError) {
        var volumes: [(start: UInt64, fileSystem: FileSystem)] = []
        iso = try ISOVolume.read(image)
        hasBootSector = PaddedBytes(try image.start(at: 0, count: 512)).little(510, as: UInt16.self) == 0xAA55
        table = try PartitionTable.read(image)
        if var found = table {
            for index in found.partitions.indices {
                let partition = found.partitions[index]
                guard let fileSystem = try FileSystem.probe(image, at: partition.start) else { continue }
                found.partitions[index].fileSystem = fileSystem
                volumes.append((partition.start, fileSystem))
            }
            table = found
            findings += found.faults.map { ImageFinding(.remark, image.path, "partitions: \($0)") }
        } else if let whole = try FileSystem.probe(image, at: 0) {
            fileSystem = whole
            volumes = [(0, whole)]
        }
        guest = GuestSystem.find(on: image, volumes: volumes, table: table)
        if let iso { guest.firmware = iso.firmware }
    }
}

/// Looks at an image and everything beneath it.
struct ImageInspector {
    let image: ImageFile

    func inspection() -> ImageInspection {
        let contents = DiskContents(of: image)
        let ova = image.ovaInspection()
        var findings = (ova?.findings ?? []) + Self.findings(of: image) + contents.findings
        findings += image.remarks.map { ImageFinding(.remark, image.path, $0) }
        var allocated: UInt64 = 0
        do throws(DiskImageError) {
            allocated = try Self.allocated(image)
        } catch  where !findings.contains(ImageFinding(error)) {
            findings.append(ImageFinding(error))
        } catch {}
        return ImageInspection(
            image, ova: ova?.inspection, allocated: allocated, contents: contents, findings: findings)
    }

    private static func allocated(_ disk: some DiskSource) throws(DiskImageError) -> UInt64 {
        var sum: UInt64 = 0
        var position: UInt64 = 0
        while let range = try disk.allocatedRange(from: position) {
            sum += range.upperBound - range.lowerBound
            position = range.upperBound
        }
        return sum
    }

    private static func findings(of image: ImageFile) -> [ImageFinding] {
        let own: [ImageFinding] =
            switch image.details {
            case .raw: []
            case .qcow2(let layer): qcow2(layer)
            case .vmdk(let disk): disk.extents.flatMap { $0.sparse.map(sparse) ?? [] }
            }
        return own + image.backing.flatMap(findings)
    }

    private static func qcow2(_ layer: Qcow2Layer) -> [ImageFinding] {
        var findings: [ImageFinding] = []
        if layer.header.has(.corrupt) {
            findings.append(ImageFinding(.damage, layer.file.path, at: 72, "qemu marked this image as corrupt"))
        }
        if layer.header.has(.dirty) {
            findings.append(
                ImageFinding(
                    .remark, layer.file.path, at: 72,
                    "the image was not closed: its reference counts may be wrong (qemu-img check -r leaks mends them)"))
        }
        return findings + audit(layer, layer.file, layer.header.clusterSize, Result { try layer.metadata() })
    }

    private static func sparse(_ layer: SparseExtentLayer) -> [ImageFinding] {
        var findings = layer.redundancyFaults()
        if layer.header.uncleanShutdown {
            findings.append(ImageFinding(.remark, layer.file.path, at: 72, "the disk was not closed cleanly"))
        }
        return findings + audit(layer, layer.file, layer.header.grainSize, Result { try layer.metadata() })
    }

    private static func audit(
        _ layer: some DiskLayer, _ file: FileBytes, _ blockSize: UInt64, _ metadata: Result<[Range<UInt64>], any Error>
    ) -> [ImageFinding] {
        switch metadata {
        case .success(let metadata):
            return LayerAudit(layer: layer, file: file, blockSize: blockSize, metadata: metadata).findings()
        case .failure(let error):
            let rest = LayerAudit(layer: layer, file: file, blockSize: blockSize, metadata: []).findings()
            return ((error as? DiskImageError).map { [ImageFinding($0)] } ?? []) + rest
        }
    }
}
