import Wording

/// What installs packages on a distribution: its commands, and what goes wrong with it.
public enum PackageSystem: Sendable {
    /// dpkg and apt, with answers for debconf (lines of `debconf-set-selections`), so that no package asks or configures by
    /// itself.
    case apt(answers: [String])

    /// The answers for debconf.
    public var answers: [String] {
        switch self {
        case .apt(let answers): answers
        }
    }

    /// POSIX shell that prints `package NAME STATE VERSION` for each of these packages that is known; the state of an
    /// installed one begins with `ii`.
    public func listing(_ packages: [String]) -> String {
        guard !packages.isEmpty else { return ":" }
        return "dpkg-query -W -f='package ${Package} ${db:Status-Abbrev} ${Version}\\n' \(quoted(packages)) 2>/dev/null"
    }

    /// What the program is called.
    public var title: String {
        switch self {
        case .apt: "apt"
        }
    }

    /// What a person finds on a node where packages come from.
    public var sources: String { "/etc/apt/sources.list" }

    /// Where a node says by which proxy packages come.
    public var proxies: String { "/etc/apt/apt.conf.d" }

    /// Words of the package system's programs, with what each means to a person.
    ///
    /// - Parameter title: what the distribution is called.
    public func hints(on title: String) -> [(sign: String, hint: String)] {
        let noSource =
            "the node's package sources do not have it: see \(sources) there; it has to be \(title) with main"
        return [
            ("enough free space in", "the node's disk is full: make room and run the command again"),
            ("Unable to locate package", noSource), ("has no installation candidate", noSource),
            ("Could not get lock", "another package manager runs on the node: wait for it and run again"),
        ]
    }
}

/// Words of a shell's command line, whatever is in them.
func quoted(_ words: [String]) -> String { words.map { shellQuoted($0) }.joined(separator: " ") }
