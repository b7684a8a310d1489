/// A virtual machine in one file: a tar archive with a descriptor, disks, and the digests of both (DMTF DSP0243, "OVA").
struct OVAPackage: Sendable {
    let archive: TarArchive
    let descriptor: OVFDescriptor
    let descriptorName: String
    /// Nova reads the archive from its beginning, and passes over disks before the descriptor.
    let hasDescriptorFirst: Bool
    /// Nova looks for this prefix at the root element.
    let declaresPrefix: Bool

    /// nil: an archive without a descriptor.
    static func open(_ file: FileBytes) throws(DiskImageError) -> OVAPackage? {
        let archive = try TarArchive(file)
        guard let index = archive.members.firstIndex(where: { $0.name.lowercased().hasSuffix(".ovf") }) else {
            return nil
        }
        let member = archive.members[index]
        guard member.size <= OVFDescriptor.largest else {
            throw DiskImageError(
                .limit, file: file.path, offset: member.start, structure: member.name,
                expected: "\(OVFDescriptor.largest) bytes at most", found: "\(member.size)")
        }
        let bytes = try file.bytes(at: member.start, count: Int(member.size), member.name)
        let descriptor = try OVFDescriptor(bytes, in: file, named: member.name, at: member.start)
        let root = String(decoding: bytes, as: UTF8.self).envelopeTag
        let disks = descriptor.diskFiles.map(\.name)
        return OVAPackage(
            archive: archive, descriptor: descriptor, descriptorName: member.name,
            hasDescriptorFirst: !archive.members[..<index].contains { disks.contains($0.name) },
            declaresPrefix: root.contains("xmlns:ovf="))
    }

    /// The disks of the machine that are in the archive, in its order.
    var disks: [TarArchive.Member] {
        descriptor.diskFiles.compactMap { file in member(file.name) }
    }

    func member(_ name: String) -> TarArchive.Member? {
        archive.members.first { $0.name == name || $0.name == "./" + name }
    }

    /// The disk that is meant.
    ///
    /// - Parameter name: of one of several; nil: the first, which is the one that Nova takes.
    /// - Throws: `.missingFile` where there is none, `.unsupported` where it is not stored as it is.
    func disk(named name: String?, in file: FileBytes) throws(DiskImageError) -> TarArchive.Member {
        let files = descriptor.diskFiles
        guard let wanted = name.map({ name in files.first { $0.name == name } }) ?? files.first else {
            throw DiskImageError(
                .missingFile, file: file.path, structure: descriptorName,
                expected: name.map { "the disk \($0)" } ?? "a disk",
                found: files.isEmpty ? "none" : files.map(\.name).joined(separator: ", "))
        }
        guard let member = member(wanted.name) else {
            throw DiskImageError(
                .missingFile, file: file.path, structure: descriptorName, expected: "\(wanted.name) in the archive",
                found: archive.members.map(\.name).joined(separator: ", "),
                hint: "the archive is not whole, or a disk was left out: export the machine again")
        }
        guard wanted.compression == nil, wanted.chunkSize == nil else {
            throw DiskImageError(
                .unsupported, file: file.path, offset: member.start, structure: wanted.name,
                expected: "a disk that is stored as it is",
                found: wanted.chunkSize == nil
                    ? "one that is compressed with \(wanted.compression ?? "")" : "one in pieces",
                hint: wanted.chunkSize == nil
                    ? "tar -xOf '\(file.path)' '\(wanted.name)' | gunzip > disk.vmdk, and take that file"
                    : "tar -xOf '\(file.path)' '\(wanted.name)' '\(wanted.name)'.* puts it together")
        }
        return member
    }
}

extension String {
    /// The root element's own tag.
    fileprivate var envelopeTag: Substring {
        guard let start = self[...].firstRange(of: "Envelope")?.lowerBound else { return "" }
        return self[start...].prefix { $0 != ">" }
    }
}
