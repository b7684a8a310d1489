/// A format of disk images that is read here.
public enum ImageFormat: String, Sendable, Encodable, CaseIterable {
    case raw, qcow2, vmdk

    /// Which format a file has, by what is in it and never by its name.
    ///
    /// - Throws: `.unknownFormat` for what is known and is not read here. What nothing is known of is raw.
    static func detect(_ file: FileBytes) throws(DiskImageError) -> ImageFormat {
        let head = PaddedBytes(try file.bytes(at: 0, count: Int(min(file.size, 1024)), "image"))
        if head.bytes.starts(with: Qcow2Header.magic) { return .qcow2 }
        if head.bytes.starts(with: SparseExtentHeader.magic) || VMDKDescriptor.begins(head.bytes) { return .vmdk }
        if let other = try ForeignFile(file, head: head) {
            throw DiskImageError(
                .unknownFormat, file: file.path, offset: other.offset, structure: "image",
                expected: "a disk: raw, qcow2 or VMDK", found: other.name, hint: other.hint)
        }
        return .raw
    }
}
