import Foundation
import Synchronization

/// The options that a release reads: generated from its packages, carried as a resource.
///
/// A component is read from the resource when it is first asked for.
public final class OptionCatalog: Sendable {
    /// The release's name.
    public let release: String
    private let loaded = Mutex<[String: ComponentOptions]>([:])

    init(release: String) { self.release = release }

    /// The namespaces by which `oslo-config-validator` finds the options of a file; empty for an unknown file.
    public func namespaces(of file: String) throws(CatalogError) -> [String] {
        guard let file = ConfigFile(file) else { return [] }
        var names = try component(file.component).namespaces
        for other in file.alsoRead { names += try component(other).namespaces }
        if file.component == "ml2_conf" { names.append(PolyvisorOptions.namespace) }
        var seen = Set<String>()
        return names.filter { seen.insert($0).inserted }
    }

    /// The options of a component, with what the distribution and Polyvisor add to them.
    func component(_ name: String) throws(CatalogError) -> ComponentOptions {
        if let known = loaded.withLock({ $0[name] }) { return known }
        var component = try read(ComponentOptions.self, from: name)
        let extra = try read(DistributionExtra.self, from: "debian_extra").components[name] ?? [:]
        for additions in [extra, PolyvisorOptions.options[name] ?? [:]] {
            for (section, options) in additions {
                component.options[section, default: [:]].merge(options) { _, added in added }
            }
        }
        loaded.withLock { $0[name] = component }
        return component
    }

    /// The options of the authentication plugins, by plugin.
    func authPlugins() throws(CatalogError) -> [String: [String: OptionFacts]] {
        let key = "auth_plugins"
        if let known = loaded.withLock({ $0[key] }) { return known.options }
        let plugins = try read(ComponentOptions.self, from: key)
        loaded.withLock { $0[key] = plugins }
        return plugins.options
    }

    /// The last earlier release in which a component had an option that this one has not; nil when none had it.
    func lastRelease(with option: String, section: String, component: String) throws(CatalogError) -> String? {
        let removed = try read([String: [String: [String: String]]].self, from: "removed")
        return removed[component]?[section]?[option]
    }

    private func read<Value: Decodable>(_ type: Value.Type, from name: String) throws(CatalogError) -> Value {
        do {
            guard let url = Bundle.module.url(forResource: "catalog/\(release)/\(name)", withExtension: "json") else {
                throw CocoaError(.fileNoSuchFile)
            }
            return try JSONDecoder().decode(type, from: Data(contentsOf: url))
        } catch {
            throw CatalogError(release: release, part: name, reason: "\(error)")
        }
    }
}

/// What Debian's patched packages add, by component and section.
private struct DistributionExtra: Decodable {
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
        "read \(part).json of the option catalogue of \(release): \(reason); install Polyvisor again"
    }
}
