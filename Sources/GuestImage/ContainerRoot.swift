import Foundation

/// The guest as a root file system for LXC: busybox and the scripts, on the host's kernel.
struct ContainerRoot {
    private static let directories = ["bin", "dev", "etc", "proc", "root", "run", "sbin", "sys", "tmp", "var"]
    private static let mib = 8
    /// Any fixed one will do. (mkfs.ext4 also keeps when each file was made, so two builds still differ.)
    private static let identifier = "706f6c79-7669-736f-7200-636f6e740000"

    /// Where the packages were unpacked.
    var root: String
    var tool: HostTool

    /// Writes the file system as it is, without partitions, as Nova's LXC wants it. Needs neither root nor a mount.
    func write(_ target: String) async throws(GuestImageError) {
        let doing = "make the container's file system"
        let folder = "\(tool.directory)/container"
        do {
            let files = FileManager.default
            for path in Self.directories {
                try files.createDirectory(atPath: "\(folder)/\(path)", withIntermediateDirectories: true)
            }
            try files.copyItem(atPath: "\(root)/bin/busybox", toPath: "\(folder)/bin/busybox")
            for script in GuestScript.all {
                let path = URL(fileURLWithPath: "\(folder)/\(script.path)")
                try files.createDirectory(at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(script.text.utf8).write(to: path)
                try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path.path)
            }
            // The scripts load the modules that this names: a container has none of its own.
            try Data().write(to: URL(fileURLWithPath: "\(folder)/etc/modules"))
            try files.createSymbolicLink(atPath: "\(folder)/sbin/init", withDestinationPath: "../init")
        } catch {
            throw GuestImageError(.io, doing: doing, reason: error.localizedDescription)
        }
        let applets = try await tool.text("\(root)/bin/busybox", ["--list"], doing: "list busybox's applets")
        for applet in applets.split(separator: "\n") where applet != "busybox" {
            guard symlink("busybox", "\(folder)/bin/\(applet)") == 0 else {
                throw GuestImageError(.io, doing: doing, reason: "\(applet): \(String(cString: strerror(errno)))")
            }
        }
        try await tool.run(
            "mkfs.ext4",
            [
                "-q", "-F", "-d", folder, "-O", "^has_journal", "-U", Self.identifier, "-E",
                "root_owner=0:0,hash_seed=\(Self.identifier)", target, "\(Self.mib)M",
            ], doing: doing)
    }
}
