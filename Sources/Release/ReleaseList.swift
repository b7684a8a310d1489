import Topology

/// All releases, as `polyvisor releases` tells them.
public struct ReleaseList: Sendable, Encodable {
    /// One release.
    public struct Entry: Sendable, Encodable {
        /// As topologies have it: `zed`, `2025.1`.
        public let name: String
        /// E.g. `Epoxy`.
        public let codeName: String?
        /// E.g. `2025.1`; nil where the catalogue has none, as for Train to Zed.
        public let number: String?
        /// `YYYY-MM-DD`.
        public let date: String?
        /// In which form its files are rendered.
        public let era: Era
        /// Whether Polyvisor can install it, and where; nil: its files can be rendered, and no more.
        public let distribution: String?
        /// The versions of the packages that the catalogue was read from.
        public let projects: [String: String]
        /// The hypervisors that Nova of this release drives.
        public let hypervisors: [String]
        /// Those that the release before drives not.
        public let brought: [String]
        /// Those that the release before still drives.
        public let dropped: [String]
        /// How many options the release's configuration files have.
        public let options: Int
        /// What the catalogue lacks.
        public let gaps: [String]
    }

    /// In the releases' order.
    public let releases: [Entry]
    /// Releases between the first and the last of which there is no catalogue.
    public let notCatalogued: [String]

    /// Every release that there is.
    public static var all: ReleaseList {
        let releases = Release.names.compactMap { try? Release(named: $0) }
        let counts = OptionFile.optionCounts()
        var before: [String]?
        let entries = releases.map { release in
            let place = release.catalog.place
            let here = release.hypervisors
            defer { before = here }
            return Entry(
                name: release.name, codeName: release.codeName, number: release.number, date: release.date,
                era: release.era, distribution: release.distribution.hasPackages ? release.distribution.name : nil,
                projects: release.projects, hypervisors: here,
                brought: here.filter { before?.contains($0) == false },
                dropped: (before ?? []).filter { !here.contains($0) },
                options: counts.count > place ? counts[place] : 0, gaps: release.gaps)
        }
        return ReleaseList(releases: entries, notCatalogued: ReleaseOrder.notCatalogued)
    }

    /// For people.
    public var table: String {
        let rows = releases.map { entry in
            [
                entry.name, entry.number == entry.name ? entry.codeName ?? "" : entry.number ?? "", entry.date ?? "",
                entry.era.rawValue, entry.projects["nova"] ?? "", String(entry.options), entry.distribution ?? "–",
                (entry.brought.map { "+\($0)" } + entry.dropped.map { "-\($0)" }).joined(separator: " "),
                entry.gaps.isEmpty ? "" : String(entry.gaps.count),
            ]
        }
        let head = ["release", "", "date", "era", "nova", "options", "packages", "hypervisors", "gaps"]
        let widths = head.indices.map { column in ([head] + rows).map { $0[column].count }.max() ?? 0 }
        let lines = ([head] + rows).map { row in
            zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
                .trimmingEnd { $0 == " " }
        }
        let first = releases.first?.hypervisors.joined(separator: ", ") ?? ""
        let gaps = releases.flatMap { entry in entry.gaps.map { "  \(entry.name): \($0)" } }
        return
            (lines + [
                "", "\(releases.first?.name ?? "") drives \(first); + and - are what a release brought and dropped.",
                "There is no catalogue of \(notCatalogued.joined(separator: ", ")).",
            ] + (gaps.isEmpty ? [] : ["Gaps:"] + gaps)).joined(separator: "\n")
    }
}

extension Release {
    /// The hypervisors that Nova of this release drives.
    public var hypervisors: [String] {
        HypervisorKind.allCases.filter { computeDriver(for: $0) != nil }.map(\.rawValue)
    }
}

extension OptionFile {
    /// How many options each release has, in the releases' order; none where the catalogue cannot be read.
    static func optionCounts() -> [Int] {
        var counts = [Int](repeating: 0, count: ReleaseRecord.all.count)
        for component in CatalogResource.components where component != "auth_plugins" {
            let rows = (try? OptionFile(component: component).rows(of: ReleaseSet(rawValue: .max))) ?? []
            for row in rows where !row.section.isEmpty {
                for index in row.releases.indices where index < counts.count { counts[index] += 1 }
            }
        }
        return counts
    }
}
