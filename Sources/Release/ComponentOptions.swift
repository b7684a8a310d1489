import Foundation
import Synchronization

/// The options of one component in one release.
final class ComponentOptions: Sendable {
    /// The release that the facts are of, and the component, for messages.
    private let release: String, component: String
    private let file: OptionFile
    /// Section → the rows of this release.
    private let rows: [String: ArraySlice<OptionFile.Row>]
    /// Facts that came from elsewhere: from the distribution, or our own.
    private let added: [String: [String: OptionFacts]]
    /// Section → option → where the facts stand, for the sections that were asked for.
    private let named = Mutex<[String: [String: Range<Int>]]>([:])
    private let decoded = Mutex<[Range<Int>: OptionFacts]>([:])
    private let renames = Mutex<[String: OptionName]?>(nil)
    /// Section in lower case → as the catalogue spells it; without DEFAULT, whose case counts.
    let spellings: [String: String]
    /// Sections that also take the options of the plugin that their `auth_type` names.
    let authSections: Set<String>
    /// Sections with free names: for Glance, backend type → section with its options.
    let openSections: [String: String]
    /// The namespaces by which oslo.config's own tools find these options.
    let namespaces: [String]

    /// Nil when the release has no such component.
    init?(
        _ component: String, of release: ReleaseRecord, place: Int, added: [String: [String: OptionFacts]]
    ) throws {
        let file = try OptionFile(component: component)
        let rows = try file.rows(of: ReleaseSet(index: place))
        guard !rows.isEmpty else { return nil }
        func whole(_ key: String) -> Range<Int>? {
            rows.first { $0.section.isEmpty && file.text($0.name) == key }?.facts
        }
        self.file = file
        self.release = release.name
        self.component = component
        self.added = added
        self.rows = Self.bySection(rows)
        authSections = Set(try whole("auth_sections").map(file.list) ?? [])
        namespaces = try whole("namespaces").map(file.list) ?? []
        // Cinder has a name here, for its sections of free names all take the same options.
        let open = whole("open_sections").flatMap { try? file.decode([String: [String: String]].self, $0) }
        openSections = open?["enabled_backends"] ?? [:]
        let names = Set(self.rows.keys).union(added.keys).union(authSections).subtracting(["DEFAULT"])
        spellings = Dictionary(names.sorted().map { ($0.lowercased(), $0) }) { first, _ in first }
    }

    private static func bySection(_ rows: [OptionFile.Row]) -> [String: ArraySlice<OptionFile.Row>] {
        var found: [String: ArraySlice<OptionFile.Row>] = [:]
        var start = 0
        while start < rows.count {
            let section = rows[start].section
            let end = rows[start...].firstIndex { $0.section != section } ?? rows.count
            if !section.isEmpty { found[section] = rows[start..<end] }
            start = end
        }
        return found
    }

    /// Where the facts of a section's options stand, by name.
    private func places(in section: String) -> [String: Range<Int>] {
        named.withLock { known in
            if let places = known[section] { return places }
            guard let rows = rows[section] else { return [:] }
            let places = Dictionary(rows.map { (file.text($0.name), $0.facts) }) { _, last in last }
            known[section] = places
            return places
        }
    }

    /// Every section that has an option of its own.
    var sections: Set<String> { Set(rows.keys).union(added.keys) }

    /// Whether a section has options here, or takes those of a plugin.
    func has(section: String) -> Bool {
        rows[section] != nil || added[section] != nil || authSections.contains(section)
    }

    /// The names of a section's options, in no order.
    func options(in section: String) -> [String] {
        Array(places(in: section).keys) + (added[section] ?? [:]).keys
    }

    /// The sections that have an option of this name.
    func sections(with option: String) -> [String] {
        sections.filter { places(in: $0)[option] != nil || added[$0]?[option] != nil }
    }

    /// What is known of an option; nil when the section has none of this name.
    func facts(_ section: String, _ option: String) throws(CatalogError) -> OptionFacts? {
        if let facts = added[section]?[option] { return facts }
        guard let place = places(in: section)[option] else { return nil }
        return try facts(at: place)
    }

    /// Where an option lives that is still read under this old name, `section/option`.
    func newName(ofOld name: String) throws(CatalogError) -> OptionName? {
        if let known = renames.withLock({ $0 }) { return known[name] }
        var found: [String: OptionName] = [:]
        do {
            for section in rows.keys.sorted() {
                for (option, place) in places(in: section).sorted(by: { $0.key < $1.key }) {
                    let new = OptionName(section: section, option: option)
                    for old in try file.oldNames(place) where found[old].map(new.isPlainer(than:)) ?? true {
                        found[old] = new
                    }
                }
            }
        } catch {
            throw CatalogError(release: release, part: component, reason: "\(error)")
        }
        renames.withLock { $0 = found }
        return found[name]
    }

    private func facts(at place: Range<Int>) throws(CatalogError) -> OptionFacts {
        if let known = decoded.withLock({ $0[place] }) { return known }
        do {
            let facts = try file.decode(OptionFacts.self, place)
            decoded.withLock { $0[place] = facts }
            return facts
        } catch {
            throw CatalogError(release: release, part: component, reason: "\(error)")
        }
    }
}

/// An option by its section and its own name.
public struct OptionName: Sendable, Hashable, Encodable, CustomStringConvertible {
    /// As the catalogue spells it.
    public let section: String
    /// With underscores.
    public let option: String

    /// A name.
    public init(section: String, option: String) {
        self.section = section
        self.option = option
    }

    /// Several options may read one old name, as [database] and [api_database] connection do; the one in the section
    /// with the shorter name is the one that is meant.
    func isPlainer(than other: OptionName) -> Bool { section.count < other.section.count }

    /// `[section] option`.
    public var description: String { "[\(section)] \(option)" }
}
