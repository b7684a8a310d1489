/// What an OVA says besides its disk.
public struct OVAInspection: Sendable, Equatable, Encodable {
    /// The name of the OVF in the archive.
    public let descriptor: String
    /// The disk that was looked at.
    public let disk: String
    /// All disks, the first of the machine first.
    public let disks: [String]
    /// The machine that the OVF describes.
    public let hardware: VirtualMachineHardware
    /// The name of the manifest whose digests were compared; nil: there is none.
    public let manifest: String?
    /// Why Nova's VMware driver would not find a disk in it (nova/virt/vmwareapi/images.py, `fetch_image_ova` and
    /// `get_vmdk_name_from_ovf`); nil: it would.
    public let hiddenFromNova: String?

    init(_ package: OVAPackage, disk: String, manifest: String?) {
        descriptor = package.descriptorName
        self.disk = disk
        self.manifest = manifest
        disks = package.descriptor.diskFiles.map(\.name)
        hardware = package.descriptor.machine
        hiddenFromNova =
            if !package.declaresPrefix {
                "its descriptor does not declare the prefix ovf at the element Envelope"
            } else if package.descriptor.disks.isEmpty {
                "its descriptor has no DiskSection"
            } else if !package.hasDescriptorFirst {
                "the disk is in front of the descriptor"
            } else {
                nil
            }
    }

    private enum CodingKeys: String, CodingKey {
        case descriptor, disk, disks, hardware, manifest
        case hiddenFromNova = "hidden_from_nova"
    }
}

extension ImageFile {
    /// The machine that the OVF around the disk describes; nil where there is none.
    public var hardware: VirtualMachineHardware? { package?.ova.descriptor.machine }

    /// What the OVA says, and where its digests are not those of its files.
    func ovaInspection() -> (inspection: OVAInspection, findings: [ImageFinding])? {
        guard let package else { return nil }
        do throws(DiskImageError) {
            let manifest = try OVAManifest(of: package.ova, in: package.file)
            let findings = manifest?.findings(package.ova, in: package.file) ?? []
            return (OVAInspection(package.ova, disk: package.disk, manifest: manifest?.name), findings)
        } catch {
            return (OVAInspection(package.ova, disk: package.disk, manifest: nil), [ImageFinding(error)])
        }
    }
}
