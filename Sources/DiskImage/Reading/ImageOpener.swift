/// Opens an image with everything beneath it, and watches that the chain ends.
struct ImageOpener {
    /// The image that the caller named: its folder is where references have to be.
    let root: String
    let references: ImageFile.References
    /// The disk that is meant of an OVA.
    let disk: String?
    /// The files on the way down to here.
    let above: [FileIdentity]

    /// As deep as snapshots get in practice, and far from the end of a thread's stack.
    private static let deepest = 64

    func open(_ path: String, as wanted: ImageFormat?) throws(DiskImageError) -> ImageFile {
        let file = try FileBytes.open(path)
        try checkChain(file)
        let below = ImageOpener(root: root, references: references, disk: nil, above: above + [file.identity])
        if let wanted { return try below.image(file, wanted) }
        if let package = try package(file) { return try below.image(in: package, file, disk) }
        guard disk == nil else {
            throw DiskImageError(
                .unsupported, file: file.path, structure: "image", expected: "an OVA, as a disk of it is asked for",
                found: "another file", hint: "leave --disk out")
        }
        return try below.image(file, ImageFormat.detect(file))
    }

    /// A virtual machine in one file; nothing beneath another image is one.
    private func package(_ file: FileBytes) throws(DiskImageError) -> OVAPackage? {
        guard above.isEmpty, file.size >= 512 else { return nil }
        let head = PaddedBytes(try file.bytes(at: 0, count: 512, "image"))
        return TarArchive.isTar(head) ? try OVAPackage.open(file) : nil
    }

    private func image(
        in package: OVAPackage, _ file: FileBytes, _ name: String?
    ) throws(DiskImageError) -> ImageFile {
        let member = try package.disk(named: name, in: file)
        let part = FileBytes(file, named: member.name, from: member.start, size: member.size)
        var image = try image(part, ImageFormat.detect(part))
        image.package = (package, file, member.name)
        let others = package.descriptor.diskFiles.map(\.name).filter { $0 != member.name && "./" + $0 != member.name }
        if !others.isEmpty {
            image.remarks.append(
                "the OVA has more disks than this one, \(member.name): \(others.joined(separator: ", ")) (--disk NAME reads one)"
            )
        }
        return image
    }

    private func image(_ file: FileBytes, _ format: ImageFormat) throws(DiskImageError) -> ImageFile {
        switch format {
        case .raw: raw(file)
        case .qcow2: try qcow2(file)
        case .vmdk: try vmdk(file)
        }
    }

    private func checkChain(_ file: FileBytes) throws(DiskImageError) {
        guard !above.contains(file.identity) else {
            throw file.damaged("backing chain", at: nil, expected: "a chain that ends", found: "this file once more")
        }
        guard above.count < Self.deepest else {
            throw DiskImageError(
                .limit, file: file.path, structure: "backing chain", expected: "\(Self.deepest) images at most",
                found: "more", hint: "qemu-img convert makes one image of a chain")
        }
    }

    private func raw(_ file: FileBytes) -> ImageFile {
        let odd = file.size % 512
        return ImageFile(
            path: file.filePath, format: .raw, files: [reference(.image, file, .raw)],
            remarks: odd == 0 ? [] : ["the last sector has \(odd) bytes only; a guest sees it filled up with zeros"],
            details: .raw(file), disk: FlatExtent(raw: file), backing: [])
    }

    private func qcow2(_ file: FileBytes) throws(DiskImageError) -> ImageFile {
        guard try file.bytes(at: 0, count: 4, "qcow2 header") == Qcow2Header.magic else {
            throw notA("qcow2 image", file)
        }
        let header = try Qcow2Header.read(from: file)
        let layer = try Qcow2Layer(header, in: file)
        var backing: ImageFile?
        if let name = header.backingFile { backing = try backingFile(name, format: header.backingFormat, of: file) }
        var remarks = backing.map { $0.remarks } ?? []
        if backing != nil, header.backingFormat == nil {
            remarks.append("the image does not say which format its backing file has, so that was guessed")
        }
        return ImageFile(
            path: file.filePath, format: .qcow2,
            files: [reference(.image, file, .qcow2)] + (backing.map { $0.files.asBacking } ?? []), remarks: remarks,
            details: .qcow2(layer), disk: LayeredDisk(layer: layer, backing: backing),
            backing: backing.map { [$0] } ?? [])
    }

    private func backingFile(
        _ name: String, format: String?, of file: FileBytes
    ) throws(DiskImageError) -> ImageFile {
        var known: ImageFormat?
        if let format {
            known = ImageFormat(rawValue: format)
            guard known != nil else {
                throw DiskImageError(
                    .unsupported, file: file.path, structure: "backing file format",
                    expected: "raw, qcow2 or vmdk", found: "\"\(format)\"")
            }
        }
        // As qemu has it: a colon before any slash makes it a protocol.
        if name.prefix(while: { $0 != "/" }).contains(":") {
            throw DiskImageError(
                .unsupported, file: file.path, structure: "backing file", expected: "the path of a file",
                found: "\"\(name)\"")
        }
        return try open(resolved(name, for: "backing file", of: file), as: known)
    }

    private func vmdk(_ file: FileBytes) throws(DiskImageError) -> ImageFile {
        let disk = try VMDKDisk.open(file, through: self)
        let extents = disk.extents.compactMap(\.file).filter { $0.identity != file.identity }
        return ImageFile(
            path: file.filePath, format: .vmdk,
            files: [reference(.image, file, .vmdk)] + extents.map { reference(.extent, $0, .vmdk) }
                + (disk.parent.map { $0.files.asBacking } ?? []),
            remarks: disk.remarks + (disk.parent.map { $0.remarks } ?? []), details: .vmdk(disk), disk: disk.joined,
            backing: disk.parent.map { [$0] } ?? [])
    }

    func notA(_ what: String, _ file: FileBytes) -> DiskImageError {
        DiskImageError(
            .unknownFormat, file: file.path, offset: 0, structure: "image", expected: "a \(what)", found: "other data")
    }

    private func reference(_ role: ImageFile.Reference.Role, _ file: FileBytes, _ format: ImageFormat)
        -> ImageFile.Reference
    {
        ImageFile.Reference(role: role, path: file.filePath, format: format, size: file.size)
    }

    /// The path of a file that an image names: relative to the image's folder, as qemu has it.
    ///
    /// - Throws: `.outsideFolder` unless the caller allowed that, `.missingFile` when nothing is there.
    func resolved(_ name: String, for role: String, of file: FileBytes) throws(DiskImageError) -> String {
        guard !file.isPart else {
            throw DiskImageError(
                .unsupported, file: file.path, structure: role, expected: "a disk in one file, as it is in an archive",
                found: "\"\(name)\" besides", hint: "unpack the archive, and name this image")
        }
        let path = FilePlace.path(of: name, in: FilePlace.folder(of: file.path))
        if references == .besideImage, !FilePlace.isPath(path, below: FilePlace.folder(of: root)) {
            throw DiskImageError(
                .outsideFolder, file: file.path, structure: role, expected: "a file in the image's folder or below",
                found: "\"\(name)\"",
                hint: "if you trust the image, say --follow-references; if you do not, it may be after files of yours")
        }
        guard FilePlace.exists(path) else {
            throw DiskImageError(
                .missingFile, file: file.path, structure: role, expected: "the file \(name)",
                found: "nothing at \(path)",
                hint: "all files of an image have to be kept together")
        }
        return path
    }
}

extension [ImageFile.Reference] {
    /// The files of an image that is beneath another.
    fileprivate var asBacking: [ImageFile.Reference] {
        map { .init(role: $0.role == .image ? .backing : $0.role, path: $0.path, format: $0.format, size: $0.size) }
    }
}
