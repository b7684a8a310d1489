extension SparseExtentLayer {
    /// What an extent takes of its file besides grains: header, descriptor, directories and tables.
    func metadata() throws(DiskImageError) -> [Range<UInt64>] {
        var ranges: [Range<UInt64>] = [0..<512]
        let descriptor = header.descriptorSector &* 512
        if header.descriptorSector > 0, header.descriptorSectors > 0, descriptor < file.size {
            ranges.append(descriptor..<(descriptor + min(header.descriptorSectors, 8192) * 512))
        }
        guard directory.count > 0 else { return ranges }
        ranges.append(directory.start..<(directory.start + UInt64(directory.count) * 4))
        for place in try tablePlaces() { ranges.append(place..<(place + UInt64(header.entriesPerTable) * 4)) }
        return ranges
    }

    private func tablePlaces() throws(DiskImageError) -> [UInt64] {
        try directoryEntries(at: directory.start).filter { $0 != 0 }.map { UInt64($0) * 512 }
    }

    private func directoryEntries(at place: UInt64) throws(DiskImageError) -> [UInt32] {
        let fields = PaddedBytes(try file.bytes(at: place, count: directory.count * 4, "grain directory"))
        return (0..<directory.count).map { fields.little(4 * $0) }
    }

    /// "Redundant Grain Directory": its tables have to hold what those of the first directory hold.
    func redundancyFaults() -> [ImageFinding] {
        guard header.has(.redundantGrainTable), header.redundantDirectory != 0, directory.count > 0 else { return [] }
        do throws(DiskImageError) {
            let place = header.redundantDirectory &* 512
            guard header.redundantDirectory <= file.size / 512 else {
                throw file.truncated("redundant grain directory", at: 48, count: UInt64(directory.count) * 4)
            }
            let (first, second) = (try directoryEntries(at: directory.start), try directoryEntries(at: place))
            var findings: [ImageFinding] = []
            for index in first.indices where findings.count < 20 {
                if let fault = try difference(first[index], second[index], table: index) { findings.append(fault) }
            }
            return findings
        } catch {
            return [ImageFinding(error)]
        }
    }

    private func difference(
        _ first: UInt32, _ second: UInt32, table: Int
    ) throws(DiskImageError) -> ImageFinding? {
        guard first != second else { return nil }
        let place = UInt64(second) * 512
        guard first != 0, second != 0 else {
            return ImageFinding(.damage, file.path, at: place, "grain table \(table) is in one grain directory only")
        }
        let count = header.entriesPerTable * 4
        let one = try file.bytes(at: UInt64(first) * 512, count: count, "grain table")
        let other = try file.bytes(at: place, count: count, "redundant grain table")
        guard one != other else { return nil }
        return ImageFinding(
            .damage, file.path, at: place, "grain table \(table) differs from the one at byte \(UInt64(first) * 512)")
    }
}

extension Qcow2Layer {
    /// What an image takes of its file besides data: header, L1, L2 and refcount tables.
    func metadata() throws(DiskImageError) -> [Range<UInt64>] {
        var ranges: [Range<UInt64>] = [0..<header.clusterSize]
        guard header.l1.count > 0 else { return ranges }
        ranges.append(header.l1.start..<(header.l1.start + UInt64(header.l1.count) * 8))
        let fields = PaddedBytes(try file.bytes(at: header.l1.start, count: header.l1.count * 8, "L1 table"))
        for index in 0..<header.l1.count {
            let place = fields.big(8 * index, as: UInt64.self) & 0x00FF_FFFF_FFFF_FE00
            if place != 0 { ranges.append(place..<(place + header.clusterSize)) }
        }
        let refcounts = UInt64(header.refcountTable.count) * 8
        guard refcounts <= file.size, header.refcountTable.start <= file.size - refcounts else {
            throw file.truncated("refcount table", at: header.refcountTable.start, count: refcounts)
        }
        ranges.append(header.refcountTable.start..<(header.refcountTable.start + refcounts))
        return ranges
    }
}
