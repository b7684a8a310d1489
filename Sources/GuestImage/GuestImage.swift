import Foundation

/// The tiny guest that Polyvisor boots to prove that a hypervisor works: Debian's cloud kernel, busybox, and a
/// script that says on the serial console who it is.
///
/// It needs a BIOS, x86_64 and 96 MiB of memory. It answers ping, and says its identity on TCP port 7; the ACPI power
/// button powers it off. `GuestReport` reads what it prints.
public struct GuestImage: Sendable, Equatable {
    /// Where the image's files are. The directory's name is the key of what they were made from.
    public let directory: String

    /// For libvirt, and for `KVMProbe`.
    public var qcow2: String { "\(directory)/guest.qcow2" }
    /// For vSphere: streamOptimized, adapter lsiLogic. Its network card should be vmxnet3: the kernel has no e1000.
    public var vmdk: String { "\(directory)/guest.vmdk" }
    /// The disk as it is.
    public var raw: String { "\(directory)/guest.raw" }
    /// A root file system without a kernel, for LXC; ext4, not partitioned.
    public var container: String { "\(directory)/container.raw" }

    /// Raise it when the way of building changes in a way that no script and no list of modules shows.
    private static let recipe = 2

    /// Builds the image, unless the cache has it for the kernel, the busybox and the scripts of today.
    ///
    /// Needs programs that `scripts/install-prerequisites` installs, and apt's package lists; downloads two
    /// packages (27 MB), installs nothing, and needs no root. A build that was killed leaves only a directory that the
    /// next one removes.
    ///
    /// - Parameters:
    ///   - directory: the cache for all images, made when it is missing.
    ///   - progress: is told when something is really built, in words for a person.
    /// - Throws: `GuestImageError`, with what to do where that is known.
    public static func build(
        in directory: String, progress: @Sendable (String) -> Void = { _ in }
    ) async throws(GuestImageError) -> GuestImage {
        // The programs run in another directory: a relative path would not do.
        let cache = URL(fileURLWithPath: directory).path
        try makeDirectory(cache)
        let packages = try await GuestPackages.offered(through: HostTool(directory: cache))
        let image = GuestImage(directory: "\(cache)/\(key(for: packages))")
        if image.isBuilt { return image }
        try await CacheLock.holding(cache) { () async throws(GuestImageError) in
            if image.isBuilt { return }
            progress("building the guest image from \(packages.kernel) \(packages.kernelVersion)")
            try await image.build(from: packages, in: "\(cache)/.partial")
        }
        return image
    }

    private var isBuilt: Bool { FileManager.default.fileExists(atPath: vmdk) }

    /// Builds in a directory of its own, and renames that when all is there.
    private func build(from packages: GuestPackages, in partial: String) async throws(GuestImageError) {
        try Self.remove(partial)
        try Self.makeDirectory("\(partial)/image")
        do {
            try await writeFiles(from: packages, through: HostTool(directory: partial))
        } catch {
            // Its remains are left to the next build if they resist: what failed matters more.
            try? Self.remove(partial)
            throw error
        }
        guard rename("\(partial)/image", directory) == 0 else {
            throw GuestImageError(.io, doing: "make \(directory)", reason: String(cString: strerror(errno)))
        }
        try Self.remove(partial)
    }

    private func writeFiles(from packages: GuestPackages, through tool: HostTool) async throws(GuestImageError) {
        let root = "\(tool.directory)/root"
        try await packages.unpack(into: root, through: tool)
        let release = packages.kernel.replacing("linux-image-", with: "")
        let initramfs = try await Initramfs(release: release, root: root, tool: tool).compressed()
        try await ContainerRoot(root: root, tool: tool).write("image/container.raw")
        do {
            try FileManager.default.moveItem(
                atPath: "\(root)/boot/vmlinuz-\(release)", toPath: "\(tool.directory)/vmlinuz")
            try Data(initramfs).write(to: URL(fileURLWithPath: "\(tool.directory)/initrd.gz"))
        } catch {
            throw GuestImageError(.io, doing: "write to \(tool.directory)", reason: error.localizedDescription)
        }
        let disk = BootDisk(tool: tool)
        try await disk.write("image/guest.raw", kernel: "vmlinuz", initrd: "initrd.gz")
        try await disk.convert("image/guest.raw", to: "image/guest.qcow2", as: .qcow2)
        try await disk.convert("image/guest.raw", to: "image/guest.vmdk", as: .streamOptimized())
    }

    /// Names what an image is made of: the kernel's version, and a checksum of it all.
    static func key(for packages: GuestPackages) -> String {
        let parts =
            ["\(recipe)", packages.kernel, packages.kernelVersion, packages.busyboxVersion] + Initramfs.modules
            + GuestScript.all.flatMap { [$0.path, $0.text] }
        let version = packages.kernelVersion.filter { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" }
        return "\(version)-" + checksum(of: parts.joined(separator: "\0"))
    }

    /// FNV-1a with 64 bits: tells one recipe from another, and guards against nobody.
    private static func checksum(of text: String) -> String {
        let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }

    private static func makeDirectory(_ path: String) throws(GuestImageError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw GuestImageError(.io, doing: "make \(path)", reason: error.localizedDescription)
        }
    }

    private static func remove(_ path: String) throws(GuestImageError) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw GuestImageError(.io, doing: "remove \(path)", reason: error.localizedDescription)
        }
    }
}
