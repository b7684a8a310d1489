import Topology

/// An OpenStack release as Polyvisor knows it: what it accepts, what it is made of, what is wrong with it.
public struct Release: Sendable {
    /// The name in the catalogue, e.g. `zed`.
    public let name: String
    /// Every option of every configuration file of the release.
    public let catalog: OptionCatalog
    /// The distributions that carry the release, those whose packages Polyvisor knows.
    public let distributions: [Distribution]
    /// Defects of the release that bite labs of several hypervisors.
    public let knownDefects: [KnownDefect]
    private let record: ReleaseRecord

    /// The release of this name, or of this code name or number: see `name(for:)`.
    ///
    /// Throws when Polyvisor has no such release, with the list of those that there are.
    public init(named asked: String) throws(ReleaseError) {
        guard let name = Release.name(for: asked),
            let place = ReleaseRecord.all.firstIndex(where: { $0.name == name && !$0.isHistory })
        else {
            throw ReleaseError(asked: asked, available: Release.names)
        }
        self.name = name
        record = ReleaseRecord.all[place]
        catalog = Release.catalogs[place]
        distributions = Distribution.all(carrying: name)
        knownDefects = KnownDefect.register.filter { $0.affects(release: name) }
    }

    /// Each reads its files when it is asked for one, and once.
    private static let catalogs = ReleaseRecord.all.enumerated().map { OptionCatalog($1, place: $0) }

    /// The releases that `init(named:)` takes, in their order.
    public static let names = ReleaseRecord.all.filter { !$0.isHistory }.map(\.name)

    /// The name of the release at a place in the order of all, those of history as well.
    static func name(at place: Int) -> String { ReleaseOrder.names[place] }

    /// How clouds of this release are built.
    public var era: Era { record.era }

    /// The code name, e.g. `Caracal` of 2024.1; nil when it is not known.
    public var codeName: String? { record.codeName }

    /// The number, e.g. `2013.2` of Havana; Train to Zed have none.
    public var number: String? { record.number }

    /// The day of the first version, `YYYY-MM-DD`; nil when it is not known.
    public var date: String? { record.date }

    /// The versions of the projects' packages that the catalogue was read from, e.g. `nova` → `26.2.2`.
    public var projects: [String: String] { record.projects }

    /// What the catalogue of this release lacks, in sentences.
    public var gaps: [String] { record.gaps }

    /// Whether this release came before another; both by name. False when one of them is not known.
    public func isBefore(_ other: String) -> Bool {
        guard let place = ReleaseOrder.place(of: other) else { return false }
        return catalog.place < place
    }
}

/// How clouds are built: what a control plane consists of changed after Kilo.
public enum Era: String, Sendable, Codable {
    /// Havana to Kilo: nova-network is there, there is no Placement, one nova-compute drives several clusters.
    case legacy
    /// From Train on: Neutron, Placement, cells, one nova-compute for each cluster.
    case modern
}

/// A release that Polyvisor does not know.
public struct ReleaseError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The name that was asked for.
    public let asked: String
    /// Those that there are; none when the catalogue cannot be read.
    public let available: [String]

    public var description: String { what + (hint.map { "\n  hint: \($0)" } ?? "") }

    /// The sentence.
    public var what: String {
        guard !available.isEmpty else { return "the list of releases cannot be read" }
        if isNotCatalogued { return "there is no catalogue of \(asked)" }
        let nearest = nearest(to: asked, among: available + codeNames).map { "; did you mean \($0)?" } ?? ""
        return "there is no release \"\(asked)\"\(nearest)"
    }

    /// What to do.
    public var hint: String? {
        guard !available.isEmpty else { return "install Polyvisor again" }
        return
            (isNotCatalogued
            ? "Polyvisor knows the releases from Liberty to Stein as history only; it has " : "Polyvisor has ")
            + available.joined(separator: ", ")
    }

    private var isNotCatalogued: Bool {
        ReleaseOrder.notCatalogued.contains(asked.lowercased().filter { $0 != " " })
    }

    private var codeNames: [String] {
        ReleaseRecord.all.filter { !$0.isHistory }.compactMap { $0.codeName?.lowercased() }
    }
}
