import Wording

extension ImageInspection: CustomStringConvertible {
    /// What a person reads.
    public var description: String {
        var lines = [path]
        for (name, value) in facts { lines.append("  " + name.padded(to: 18) + value) }
        if let partitionTable { lines += Self.lines(partitionTable) }
        lines += guest.unknown.map { "  cannot be told: \($0)" }
        lines += findings.map { finding in
            let place = finding.offset.map { ", byte \($0)" } ?? ""
            return "  \(finding.severity == .damage ? "✗" : "!") \(finding.file)\(place): \(finding.text)"
        }
        if findings.isEmpty, format != .raw { lines.append("  ✓ its tables agree with each other and with the file") }
        return lines.joined(separator: "\n")
    }

    private var facts: [(String, String)] {
        var facts = [("format", formatWords)]
        facts += ovaFacts
        facts.append(("capacity", ByteCount.text(capacity)))
        facts.append(("allocated", ByteCount.text(allocated)))
        for file in files {
            facts.append(
                (file.role == .image ? "file" : file.role.rawValue, "\(file.path), \(ByteCount.text(file.size))"))
        }
        facts += [
            ("adapter type", adapterType), ("hardware version", hardwareVersion),
            ("tools version", toolsVersion.map(Self.tools)), ("file system", fileSystem.map { $0.words }),
            ("CD starts by", isoWords),
            ("guest", guestWords), ("firmware", guest.firmware?.rawValue),
            ("mounts", guest.mounts.isEmpty ? nil : guest.mounts.joined(separator: ", ")),
        ].compactMap { name, value in value.map { (name, $0) } }
        return facts
    }

    private var formatWords: String {
        isISO ? "iso, as a CD or DVD" : format.rawValue + (subtype.map { ", \($0)" } ?? "") + qcow2Words
    }

    private var ovaFacts: [(String, String)] {
        guard let ova else { return [] }
        let hardware = ova.hardware
        let system = [hardware.guestID, hardware.system].compactMap(\.self).joined(separator: ", ")
        return [
            ("OVA's disk", ova.disk + (ova.disks.count > 1 ? ", of \(ova.disks.count)" : "")),
            ("OVF", ova.descriptor + (hardware.hardware.map { ", \($0)" } ?? "")),
            ("manifest", ova.manifest.map { "\($0), compared" } ?? "none"), ("OVF controller", hardware.controller),
            ("OVF firmware", hardware.firmware?.rawValue), ("OVF network card", hardware.networkCard),
            ("OVF guest", system.isEmpty ? nil : system),
        ].compactMap { name, value in value.map { (name, $0) } }
    }

    private var isoWords: String? {
        guard let iso else { return nil }
        let names = iso.boots.map { $0 == .bios ? "BIOS" : "UEFI" }
        return names.isEmpty
            ? "nothing starts from it (no El Torito)" : "\(names.joined(separator: " and ")) (El Torito)"
    }

    private var qcow2Words: String {
        qcow2.map {
            " version \($0.version), clusters of \(ByteCount.short($0.clusterSize)), \($0.compression)"
                + ($0.snapshots > 0 ? ", \($0.snapshots) internal snapshots" : "")
        } ?? ""
    }

    private var guestWords: String? {
        guard let family = guest.family else { return nil }
        let name = guest.distribution.map { $0.name ?? "\($0.id) \($0.version ?? "")" }
        let virtio = guest.hasVirtioDrivers.map { $0 ? ", with virtio drivers" : ", without virtio drivers" } ?? ""
        return family.rawValue + (name.map { ": \($0)" } ?? "") + virtio
    }

    /// 2147483647 is what open-vm-tools and qemu write.
    private static func tools(_ version: String) -> String {
        version == "2147483647" ? "2147483647 (managed by the guest: open-vm-tools)" : version
    }

    private static func lines(_ table: PartitionTable) -> [String] {
        [
            "  partitions, \(table.kind.rawValue)\(table.sectorSize == 512 ? "" : ", sectors of \(table.sectorSize) bytes"):"
        ]
            + table.partitions.map { partition in
                let what = partition.fileSystem?.words ?? partition.type
                return
                    "    \("\(partition.number)".padded(to: 4))\(ByteCount.short(partition.size).padded(to: 10))\(what)"
                    + (partition.name.isEmpty ? "" : " (\(partition.name))")
            }
    }
}

extension FileSystem {
    fileprivate var words: String { type + (label.isEmpty ? "" : " \"\(label)\"") }
}

extension String {
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
