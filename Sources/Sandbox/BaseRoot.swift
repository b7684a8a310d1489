import Foundation

/// The Debian root that lies below every node.
public struct BaseRecipe: Sendable, Equatable {
    /// The suite that mmdebstrap makes it of, e.g. `bookworm`.
    public var suite: String
    /// Lines of sources.list.
    public var sources: [String]
    /// What an ordinary small server has: the nodes install the rest themselves, as real machines do.
    public var packages: [String]
    /// Units that have no business in a container, or that would change the host's kernel settings.
    public var maskedUnits: [String]

    /// A root of one distribution.
    public init(suite: String, sources: [String], packages: [String], maskedUnits: [String]) {
        self.suite = suite
        self.sources = sources
        self.packages = packages
        self.maskedUnits = maskedUnits
    }

    var aptOptions = [#"Apt::Install-Recommends "false""#, #"Acquire::Languages "none""#]
    var dpkgOptions = [
        "force-unsafe-io", "path-exclude=/usr/share/man/*", "path-exclude=/usr/share/doc/*",
        "path-include=/usr/share/doc/*/copyright", "path-exclude=/usr/share/locale/*",
    ]

    /// Changes whenever a base made by an earlier version of this code must not be used any more.
    static let format = "1"

    var key: String { CacheKey.hash(of: ["base", Self.format] + arguments(target: "")) }

    /// mmdebstrap's arguments; package lists and sources stay, so that apt works in the nodes.
    func arguments(target: String) -> [String] {
        ["--variant=minbase", "--mode=root", "--format=directory", "--skip=cleanup/apt/lists"]
            + aptOptions.map { "--aptopt=\($0)" } + dpkgOptions.map { "--dpkgopt=\($0)" }
            + ["--include=" + packages.joined(separator: ",")]
            + [
                // Each node gets keys and an id of its own.
                #"rm -f "$1"/etc/ssh/ssh_host_*_key* "$1"/etc/hostname "$1"/etc/resolv.conf; : > "$1"/etc/machine-id"#,
                #"mkdir -p "$1"/root/.ssh && chmod 700 "$1"/root/.ssh"#,
                #"chroot "$1" systemctl mask "# + maskedUnits.joined(separator: " "),
            ].map { "--customize-hook=\($0)" }
            + [suite, target] + sources
    }
}

/// Makes bases and finds those that were made.
struct BaseRoot: Sendable {
    var recipe: BaseRecipe
    var paths: Paths

    var key: String { recipe.key }
    var kept: KeptDirectory { KeptDirectory(kind: "base", key: key, parent: paths.bases) }
    var directory: String { kept.path }

    /// Makes the base unless it is there; false if it was.
    func prepare(reporter: Reporter) async throws -> Bool {
        try await kept.make(reporter: reporter) { workshop in
            let command = HostCommand("mmdebstrap", recipe.arguments(target: workshop.directory))
            try await workshop.run(command.lasting(atMost: .seconds(1800)), doing: "build the Debian base")
        }
    }
}
