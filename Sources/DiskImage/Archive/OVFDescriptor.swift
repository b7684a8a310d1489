import Foundation
import XML

/// What the descriptor of an OVA says of a virtual machine (DMTF DSP0243, Open Virtualization Format 1 and 2).
struct OVFDescriptor: Sendable, Equatable {
    /// A file of the package, by `References`.
    struct File: Sendable, Equatable {
        let id: String?
        let name: String
        /// `gzip`; nil: it is stored as it is.
        let compression: String?
        /// Cut into pieces of this size.
        let chunkSize: String?
    }

    /// A disk of the machine, by `DiskSection`.
    struct Disk: Sendable, Equatable {
        let id: String
        let fileID: String?
    }

    let files: [File]
    let disks: [Disk]
    let machine: VirtualMachineHardware

    /// What such a descriptor may have: even one of a hundred machines is smaller.
    static let largest: UInt64 = 4 << 20

    /// - Throws: `.damaged` with libxml2's own words for what is no XML, `.unknownFormat` for another document.
    init(_ bytes: [UInt8], in file: FileBytes, named name: String, at offset: UInt64) throws(DiskImageError) {
        let root: XMLElement
        do {
            var decoder = XMLDecoder(
                limits: .init(bytes: Int(Self.largest), depth: 50, elements: 100_000, text: Int(Self.largest)))
            decoder.attributes = .byLocalName
            root = try decoder.decode(Data(bytes))
        } catch {
            throw file.damaged(name, at: offset, expected: "XML", found: "none: \(error.reason)")
        }
        guard root.name == "Envelope" else {
            throw file.damaged(name, at: offset, expected: "the element Envelope of OVF", found: root.name)
        }
        files = root.child("References").map { $0.children("File").compactMap(File.init) } ?? []
        disks =
            (root.child("DiskSection") ?? root.section("DiskSection_Type")).map {
                $0.children("Disk").compactMap(Disk.init)
            } ?? []
        machine = VirtualMachineHardware(root)
    }

    /// The files that are disks, the machine's first: by its disks, or by their names where it names none.
    var diskFiles: [File] {
        let listed = disks.compactMap { disk in files.first { $0.id == disk.fileID } }
        guard listed.isEmpty else { return listed }
        return files.filter { file in
            let name = file.name.lowercased()
            return [".vmdk", ".vmdk.gz", ".qcow2", ".raw", ".img"].contains { name.hasSuffix($0) }
        }
    }
}

extension OVFDescriptor.File {
    fileprivate init?(_ element: XMLElement) {
        guard let name = element.attributes["href"], !name.isEmpty else { return nil }
        let compression = element.attributes["compression"].flatMap { ["", "identity"].contains($0) ? nil : $0 }
        self.init(
            id: element.attributes["id"], name: name, compression: compression,
            chunkSize: element.attributes["chunkSize"])
    }
}

extension OVFDescriptor.Disk {
    fileprivate init?(_ element: XMLElement) {
        guard let id = element.attributes["diskId"] else { return nil }
        self.init(id: id, fileID: element.attributes["fileRef"])
    }
}

extension XMLElement {
    /// A section of OVF 0.9, whose kind is said by `xsi:type`.
    fileprivate func section(_ type: String) -> XMLElement? { children.first { $0.type == type } }
}
