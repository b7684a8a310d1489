import Foundation
import Synchronization

/// The options that a release reads: generated from its packages, carried as a resource.
///
/// A component is read from the resource when it is first asked for.
public final class OptionCatalog: Sendable {
    /// The release's name.
    public let release: String
    let record: ReleaseRecord
    /// The release's place in the order of all.
    let place: Int
    private let components = Mutex<[String: ComponentOptions?]>([:])
    private let files = Mutex<[String: FileOptions?]>([:])
    private let histories = Mutex<[String: OptionHistory]>([:])

    init(_ record: ReleaseRecord, place: Int) {
        release = record.name
        self.record = record
        self.place = place
    }

    /// The namespaces by which `oslo-config-validator` finds the options of a file; empty for an unknown file.
    public func namespaces(of file: String) throws(CatalogError) -> [String] {
        guard let options = try options(of: file) else { return [] }
        var names = options.ownComponents.flatMap(\.namespaces)
        if options.file.component == "ml2_conf" { names.append(UnlistedOptions.namespace) }
        var seen = Set<String>()
        return names.filter { seen.insert($0).inserted }
    }

    /// What the processes know that read a file; nil when the release has no such file.
    func options(of path: String) throws(CatalogError) -> FileOptions? {
        guard let file = ConfigFile(path) else { return nil }
        if let known = files.withLock({ $0[file.name] }) { return known }
        let found = try FileOptions(file, catalog: self)
        files.withLock { $0[file.name] = .some(found) }
        return found
    }

    /// The options of a component, with what the distribution and Polyvisor add to them; nil when there is none.
    func component(_ name: String) throws(CatalogError) -> ComponentOptions? {
        if let known = components.withLock({ $0[name] }) { return known }
        let component = try reading(name) {
            let added = try additions(to: name)
            return try ComponentOptions(name, of: record, place: place, added: added)
        }
        components.withLock { $0[name] = .some(component) }
        return component
    }

    /// A component's options in all releases.
    func history(of component: String) throws(CatalogError) -> OptionHistory {
        if let known = histories.withLock({ $0[component] }) { return known }
        let history = try reading(component) { try OptionHistory(component: component) }
        histories.withLock { $0[component] = history }
        return history
    }

    private func additions(to component: String) throws -> [String: [String: OptionFacts]] {
        let all = try Addition.all.get()
        var added = UnlistedOptions.of(component, in: place)
        for addition in all where addition.release == release {
            added.merge(addition.components[component] ?? [:]) { $0.merging($1) { own, _ in own } }
        }
        return added
    }

    func reading<Value>(_ part: String, _ body: () throws -> Value) throws(CatalogError) -> Value {
        do {
            return try body()
        } catch {
            throw CatalogError(release: release, part: part, reason: "\(error)")
        }
    }
}

/// Options that no list of a project's packages has.
private struct Addition: Decodable, Sendable {
    /// Read once for all releases.
    static let all = Result { try JSONDecoder().decode([Addition].self, from: CatalogResource.data("additions.json")) }

    var release: String
    var components: [String: [String: [String: OptionFacts]]]
}

/// A part of the catalogue that cannot be read: the installation of Polyvisor is damaged.
public struct CatalogError: Error, Sendable, CustomStringConvertible {
    /// The release whose catalogue it is.
    public let release: String
    /// The component.
    public let part: String
    /// What the reader said.
    public let reason: String

    public var description: String {
        "read the options of \(part) in the catalogue of \(release): \(reason); install Polyvisor again"
    }
}
