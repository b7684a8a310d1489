import Foundation

/// Files that hold a disk, converted by qemu-img.
public enum VirtualDiskFile {
    /// Writes the disk in a file of any format that qemu-img reads as a hosted sparse VMDK with a SCSI adapter, which
    /// is what Nova's driver calls `vmware_disktype=sparse`.
    ///
    /// - Throws: `GuestImageError` if qemu-img is missing or refuses; nothing is left at `target` then.
    public static func convert(_ source: String, toSparseVMDK target: String) async throws(GuestImageError) {
        let tool = HostTool(directory: (target as NSString).deletingLastPathComponent)
        let part = target + ".part"
        do throws(GuestImageError) {
            try await tool.run(
                "qemu-img",
                [
                    "convert", "-O", "vmdk", "-o", "subformat=monolithicSparse,adapter_type=lsilogic,hwversion=7",
                    source, part,
                ],
                doing: "convert \(source) for a datastore")
        } catch {
            unlink(part)
            throw error
        }
        guard rename(part, target) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(part)
            throw GuestImageError(.commandFailed("rename"), doing: "write \(target)", reason: reason)
        }
    }
}
