/// The digests that an OVA has of its files (DMTF DSP0243, "Manifest"): lines as `SHA256(disk1.vmdk)= 9f86…`.
struct OVAManifest: Sendable {
    struct Entry: Sendable, Equatable {
        let algorithm: FileDigest
        let name: String
        let digest: String
    }

    let name: String
    let entries: [Entry]

    private static let largest: UInt64 = 1 << 20

    /// The manifest of a package; nil where there is none.
    init?(of package: OVAPackage, in file: FileBytes) throws(DiskImageError) {
        guard let member = package.archive.members.first(where: { $0.name.lowercased().hasSuffix(".mf") }),
            member.size <= Self.largest
        else { return nil }
        name = member.name
        let text = String(decoding: try file.bytes(at: member.start, count: Int(member.size), name), as: UTF8.self)
        entries = text.split(whereSeparator: \.isNewline).compactMap(Self.entry)
    }

    private static func entry(_ line: Substring) -> Entry? {
        guard let open = line.firstIndex(of: "("), let close = line.lastIndex(of: ")"), open < close,
            let equals = line[close...].firstIndex(of: "="),
            let algorithm = FileDigest(rawValue: line[..<open].filter { $0 != "-" }.lowercased().trimmed)
        else { return nil }
        let digest = String(line[line.index(after: equals)...]).trimmed.lowercased()
        return Entry(algorithm: algorithm, name: String(line[line.index(after: open)..<close]), digest: digest)
    }

    /// What does not agree with the archive; each file is read as a whole.
    func findings(_ package: OVAPackage, in file: FileBytes) -> [ImageFinding] {
        entries.compactMap { entry in
            guard let member = package.member(entry.name) else {
                return ImageFinding(.remark, file.path, "\(name) names \(entry.name), which is not in the archive")
            }
            do throws(DiskImageError) {
                let found = try entry.algorithm.of(file, from: member.start, size: member.size)
                guard found != entry.digest else { return nil }
                return ImageFinding(
                    .damage, file.path, at: member.start, "\(entry.name) does not match its digest in \(name)")
            } catch {
                return ImageFinding(error)
            }
        }
    }
}
