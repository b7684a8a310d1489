/// A disk image in a file: what format it has, and the disk in it. Of an OVA it is the disk inside, read in its place.
///
///     let image = try ImageFile.open("disk.qcow2")
///     print(image.format, image.capacity)
///
/// The format is found by what is in the file. Opening reads headers and the first level of tables; damage further down
/// is found when it is read.
public struct ImageFile: DiskSource {
    /// Which files an image may draw in besides itself.
    public enum References: Sendable, Equatable {
        /// Those in its folder or below. An image from elsewhere could otherwise name any file of this machine and carry
        /// it into a cloud (CVE-2015-1850, CVE-2022-47951).
        case besideImage
        /// Any file that it names, as qemu does.
        case anywhere
    }

    /// A file that was opened for an image.
    public struct Reference: Sendable, Equatable, Encodable {
        /// What it is to the file that names it.
        public enum Role: String, Sendable, Encodable { case image, extent, backing }

        /// What it is to the file that names it.
        public let role: Role
        /// The path by which it was opened.
        public let path: String
        /// As it was read.
        public let format: ImageFormat
        /// In bytes.
        public let size: UInt64
    }

    /// What the formats keep besides the disk.
    indirect enum Details: Sendable {
        case raw(FileBytes)
        case qcow2(Qcow2Layer)
        case vmdk(VMDKDisk)
    }

    /// The path as it was given.
    public let path: String
    /// As the file itself says, unless the caller said it.
    public let format: ImageFormat
    /// Every file that the disk is read from, the image first.
    public let files: [Reference]
    /// What was odd and could be read all the same.
    public internal(set) var remarks: [String]
    let details: Details
    let disk: any DiskSource
    /// The image beneath, if there is one.
    let backing: [ImageFile]
    /// The OVA that the disk is in, with the archive itself and the disk's name there.
    var package: (ova: OVAPackage, file: FileBytes, disk: String)?

    public var capacity: UInt64 { disk.capacity }

    /// Opens an image.
    ///
    /// - Parameters:
    ///   - format: to take it for this format, whatever it looks like; a raw disk that a guest wrote can look like any.
    ///   - references: which other files it may draw in.
    ///   - disk: the name of one of several disks of an OVA; nil: its first.
    /// - Throws: `DiskImageError` when it cannot be read, is damaged where it can be seen now, or needs something that
    ///   is not read here.
    public static func open(
        _ path: String, as format: ImageFormat? = nil, references: References = .besideImage, disk: String? = nil
    ) throws(DiskImageError) -> ImageFile {
        try ImageOpener(root: path, references: references, disk: disk, above: []).open(path, as: format)
    }

    public func allocatedRange(from offset: UInt64) throws(DiskImageError) -> Range<UInt64>? {
        try disk.allocatedRange(from: offset)
    }

    public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(DiskImageError) {
        try disk.read(into: buffer, at: offset)
    }
}
