import DiskImage
import Foundation

/// A disk with one FAT partition, which syslinux boots from: made with plain writes to a file, so that neither a
/// loop device nor root is needed.
struct BootDisk {
    private static let sector = 512
    private static let partitionStart = 2048
    private static let mib = 1 << 20
    /// Any fixed number will do: it only has to be the same each time.
    private static let identifier = "706f6c79"

    /// Where syslinux-common keeps the boot code for a disk with an MBR.
    static let bootCode = "/usr/lib/syslinux/mbr/mbr.bin"

    /// The serial console comes last and is /dev/console; where there is none, the screen is.
    private static let configuration = """
        SERIAL 0 115200
        DEFAULT guest
        PROMPT 0
        TIMEOUT 0
        LABEL guest
        LINUX vmlinuz
        INITRD initrd.gz
        APPEND console=tty0 console=ttyS0,115200 quiet loglevel=4 tsc=reliable panic=10

        """

    var tool: HostTool

    /// Writes the raw disk from `kernel` and `initrd`, files of the tool's directory.
    func write(_ disk: String, kernel: String, initrd: String) async throws(GuestImageError) {
        let doing = "make the boot disk"
        let contents = try size(of: kernel) + size(of: initrd)
        // FAT and syslinux take less than 3 MiB. FAT16 wants at least 4085 clusters, which this has.
        let partition = (contents / Self.mib + 4) * Self.mib
        try create(disk, size: partition + Self.partitionStart * Self.sector)
        let table = "label: dos\nlabel-id: 0x\(Self.identifier)\nstart=\(Self.partitionStart), type=6, bootable\n"
        try await tool.run("sfdisk", ["-q", disk], doing: doing, input: Array(table.utf8))
        try putBootCode(on: disk)
        try await tool.run(
            "mkfs.vfat",
            [
                "-F", "16", "--invariant", "-i", Self.identifier, "--offset", "\(Self.partitionStart)",
                "-h", "\(Self.partitionStart)", disk, "\(partition / 1024)",
            ], doing: doing)
        try put(Data(Self.configuration.utf8), in: "syslinux.cfg")
        let offset = Self.partitionStart * Self.sector
        for file in [kernel, initrd, "syslinux.cfg"] {
            try await tool.run("mcopy", ["-i", "\(disk)@@\(offset)", file, "::"], doing: doing)
        }
        try await tool.run("syslinux", ["--offset", "\(offset)", "--install", disk], doing: doing)
    }

    /// Writes `disk` once more: as qcow2 for libvirt, or as the VMDK that vSphere's import takes.
    func convert(_ disk: String, to target: String, as encoding: ImageEncoding) async throws(GuestImageError) {
        do {
            let image = try ImageFile.open("\(tool.directory)/\(disk)", as: .raw)
            try await image.write(to: "\(tool.directory)/\(target)", as: encoding)
        } catch {
            throw GuestImageError(.io, doing: "write \(target)", reason: "\(error)")
        }
    }

    private func putBootCode(on disk: String) throws(GuestImageError) {
        guard let code = FileManager.default.contents(atPath: Self.bootCode) else {
            throw GuestImageError(
                .toolMissing("mbr.bin"), doing: "make the boot disk", reason: "there is no \(Self.bootCode)",
                hint: "apt-get install syslinux-common")
        }
        do {
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: "\(tool.directory)/\(disk)"))
            defer { try? file.close() }
            // What follows these 440 bytes is the partition table.
            try file.write(contentsOf: code.prefix(440))
        } catch {
            throw GuestImageError(.io, doing: "write \(disk)", reason: error.localizedDescription)
        }
    }

    private func create(_ file: String, size: Int) throws(GuestImageError) {
        try put(Data(), in: file)
        guard truncate("\(tool.directory)/\(file)", size) == 0 else {
            throw GuestImageError(.io, doing: "write \(file)", reason: String(cString: strerror(errno)))
        }
    }

    private func put(_ data: Data, in file: String) throws(GuestImageError) {
        do {
            try data.write(to: URL(fileURLWithPath: "\(tool.directory)/\(file)"))
        } catch {
            throw GuestImageError(.io, doing: "write \(file)", reason: error.localizedDescription)
        }
    }

    private func size(of file: String) throws(GuestImageError) -> Int {
        do {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(tool.directory)/\(file)")
            return (attributes[.size] as? Int) ?? 0
        } catch {
            throw GuestImageError(.io, doing: "read \(file)", reason: error.localizedDescription)
        }
    }
}
