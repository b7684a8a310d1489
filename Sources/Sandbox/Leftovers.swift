import Foundation

/// What there is of a lab on this host.
public struct Leftovers: Sendable, Equatable, CustomStringConvertible {
    /// Where something is mounted below the lab's folder.
    public var mounts: [String] = []
    /// Network namespaces, by their names in /run/netns.
    public var namespaces: [String] = []
    /// Network interfaces of the host itself.
    public var links: [String] = []
    /// nftables tables.
    public var tables: [String] = []
    /// Below the hierarchy's root.
    public var controlGroups: [String] = []
    /// Ids on this host of what runs in those control groups.
    public var processes: [Int32] = []
    /// Folders with the nodes' file systems.
    public var directories: [String] = []

    /// Whether nothing of the lab is here.
    public var isEmpty: Bool { self == Leftovers() }

    public var description: String {
        let parts: [(String, [String])] = [
            ("mounts", mounts), ("network namespaces", namespaces), ("interfaces", links), ("nftables tables", tables),
            ("control groups", controlGroups), ("processes", processes.map(String.init)), ("directories", directories),
        ]
        return parts.filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1.joined(separator: ", "))" }.joined(separator: "; ")
    }

    static func find(lab: String, paths: Paths) async throws -> Leftovers {
        let names = Names(lab: lab)
        let table = try MountTable.current()
        let directory = paths.lab(lab).directory
        let groups = try Self.groups(lab: lab)
        return Leftovers(
            mounts: table.below(directory),
            namespaces: Namespace.all().filter(names.ownsNamespace),
            // By its name, not from a list: the kernel may leave lines out of one that changes meanwhile.
            links: if_nametoindex(names.uplink) == 0 ? [] : [names.uplink],
            tables: try await tables().filter { $0 == names.table },
            controlGroups: groups.map(\.name),
            processes: Set(groups.flatMap(\.processes)).sorted(),
            directories: Files.exists(directory) ? [directory] : [])
    }

    /// The lab's control groups.
    static func groups(lab: String) throws -> [ControlGroup] {
        let hierarchies = try ControlGroup.hierarchies(in: MountTable.current())
        return ControlGroup.names(in: hierarchies).filter(Names(lab: lab).ownsControlGroup)
            .map { ControlGroup($0, in: hierarchies) }
    }

    private static func tables() async throws -> [String] {
        let text = try await HostCommand("nft", "list", "tables", "ip").run(doing: "list the nftables tables")
        return text.split(separator: "\n").compactMap { $0.split(separator: " ").last.map(String.init) }
    }
}
