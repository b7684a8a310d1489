import Foundation

/// What the guest boots into: busybox, a few kernel modules and one script.
struct Initramfs {
    /// Network cards of libvirt and vSphere, and what it takes to see the power button.
    ///
    /// Debian's cloud kernel has no e1000: on vSphere such a guest wants the adapter vmxnet3.
    static let modules = ["virtio_pci", "virtio_net", "virtio_rng", "vmxnet3", "button", "evdev"]

    private static let directories = [
        "bin", "dev", "etc", "etc/acpi", "etc/acpi/PWRF", "lib", "lib/modules", "proc", "run", "sys", "tmp", "var",
        "var/log", "var/run",
    ]

    /// The kernel's release as its modules' folder is named: 6.1.0-56-cloud-amd64.
    var release: String
    /// Where the packages were unpacked.
    var root: String
    var tool: HostTool

    /// The archive, compressed.
    func compressed() async throws(GuestImageError) -> [UInt8] {
        let doing = "make the initramfs"
        var archive = InitramfsArchive()
        for path in Self.directories { archive.add(directory: path) }
        try await addBusybox(to: &archive)
        try await addModules(to: &archive)
        for script in GuestScript.all {
            archive.add(file: script.path, mode: 0o755, content: Array(script.text.utf8))
        }
        archive.finish()
        return try await tool.run("gzip", ["-9n"], doing: doing, input: archive.bytes)
    }

    private func addBusybox(to archive: inout InitramfsArchive) async throws(GuestImageError) {
        let program = "\(root)/bin/busybox"
        archive.add(file: "bin/busybox", mode: 0o755, content: try read(program))
        let applets = try await tool.text(program, ["--list"], doing: "list busybox's applets")
        for applet in applets.split(separator: "\n").sorted() where applet != "busybox" {
            archive.add(link: "bin/\(applet)", to: "busybox")
        }
    }

    /// Adds the modules with what they depend on, and their order for insmod in etc/modules.
    private func addModules(to archive: inout InitramfsArchive) async throws(GuestImageError) {
        try await tool.run("depmod", ["-b", root, release], doing: "list the kernel's modules")
        var names: [String] = []
        for module in Self.modules {
            let listing = try await tool.text(
                "modprobe", ["-d", root, "-S", release, "--show-depends", module], doing: "find module \(module)")
            for path in Self.paths(in: listing) {
                let name = (path as NSString).lastPathComponent
                guard !names.contains(name) else { continue }
                names.append(name)
                archive.add(file: "lib/modules/\(name)", content: try read(path))
            }
        }
        archive.add(file: "etc/modules", content: Array((names.joined(separator: "\n") + "\n").utf8))
    }

    /// The files in lines such as `insmod /tmp/x/lib/modules/6.1.0/kernel/net/core/failover.ko`, in their order.
    static func paths(in showDepends: String) -> [String] {
        showDepends.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            return words.count > 1 && words[0] == "insmod" ? String(words[1]) : nil
        }
    }

    private func read(_ path: String) throws(GuestImageError) -> [UInt8] {
        do {
            return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw GuestImageError(.io, doing: "read \(path)", reason: error.localizedDescription)
        }
    }
}
