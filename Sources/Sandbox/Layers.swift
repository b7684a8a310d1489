import Foundation

/// What packages made of a node's root, kept for the next node that wants the same packages.
struct Layers: Sendable {
    var base: BaseRoot

    /// Changes whenever layers made by an earlier version of this code must not be used any more.
    static let format = "1"

    func key(packages: [String]) -> String {
        CacheKey.hash(of: ["layer", Self.format, base.key] + packages.sorted())
    }

    func has(_ key: String) -> Bool { Files.isDirectory(tree(key)) }

    /// The directories that lie below a node which starts on a layer, the uppermost first.
    func lowers(startingOn key: String?) -> [String] {
        guard let key, has(key) else { return [base.directory] }
        return [tree(key)] + Self.lines(of: "\(kept(key).path)/lowers")
    }

    static func lines(of path: String) -> [String] {
        (Files.read(path) ?? "").split(separator: "\n").map(String.init)
    }

    private func kept(_ key: String) -> KeptDirectory {
        KeptDirectory(kind: "layer", key: key, parent: base.paths.layers)
    }

    private func tree(_ key: String) -> String { "\(kept(key).path)/root" }

    /// What belongs to one node or one moment and must not get into a layer. A trailing slash: what is in the
    /// directory goes, the directory stays (a service may own it).
    static let excluded = [
        "etc/hostname", "etc/hosts", "etc/resolv.conf", "etc/machine-id",
        "etc/ssh/sshd_config.d/polyvisor.conf", "root/.ssh", "root/.bash_history",
        "var/lib/systemd/random-seed", "var/lib/rabbitmq/.erlang.cookie", "var/cache/apt/archives/",
        "var/cache/apt/pkgcache.bin", "var/cache/apt/srcpkgcache.bin", "var/log/journal/", "tmp/", "var/tmp/", "run/",
    ]

    /// Keeps what a node changed as the layer `key`, unless there is one; false if there was.
    ///
    /// - Parameter moving: Take the node's own directory instead of a copy; the node must not run, and goes on on
    ///   the layer.
    func keep(_ node: NodePaths, as key: String, moving: Bool, reporter: Reporter) async throws -> Bool {
        let lowers = Self.lines(of: node.lowers)
        guard !lowers.isEmpty, Files.isDirectory(node.upper) else {
            throw SandboxError(.file, doing: "keep a layer", reason: "there is no node in \(node.directory)")
        }
        return try await kept(key).make(reporter: reporter) { workshop in
            let tree = "\(workshop.directory)/root"
            if moving { try Self.move(node, to: tree) } else { try await Self.copy(node, to: tree, in: workshop) }
            for path in Self.excluded { try await Self.remove(path, from: tree) }
            try await Self.clearLogs(tree)
            try Files.write(lowers.map { "\($0)\n" }.joined(), to: "\(workshop.directory)/lowers")
        }
    }

    /// -a keeps what an overlay means by a file: whiteouts (device 0:0), opaque directories (xattrs), hard links.
    private static func copy(_ node: NodePaths, to tree: String, in workshop: Workshop) async throws {
        let copy = HostCommand("cp", "-a", "--reflink=auto", node.upper, tree)
        try await workshop.run(copy.lasting(atMost: .seconds(1800)), doing: "copy \(node.upper) into a layer")
    }

    private static func move(_ node: NodePaths, to tree: String) throws {
        guard rename(node.upper, tree) == 0 else { throw Files.failure("move \(node.upper) into a layer") }
        // Without it, the node takes the layer when it starts next, or begins anew if there is none by then.
        unlink(node.lowers)
    }

    private static func remove(_ path: String, from tree: String) async throws {
        guard path.hasSuffix("/") else { return try await Files.removeTree("\(tree)/\(path)") }
        for name in Files.names(in: "\(tree)/\(path)") { try await Files.removeTree("\(tree)/\(path)\(name)") }
    }

    /// Logs and host keys go; the directories of the logs stay, as the services own them.
    private static func clearLogs(_ tree: String) async throws {
        for place in [["var/log", "-type", "f"], ["etc/ssh", "-name", "ssh_host_*"]]
        where Files.isDirectory("\(tree)/\(place[0])") {
            try await HostCommand("find", ["\(tree)/\(place[0])"] + place.dropFirst() + ["-delete"])
                .run(doing: "take logs and keys out of a layer")
        }
    }
}
