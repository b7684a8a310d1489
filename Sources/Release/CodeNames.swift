import Foundation

/// The names of code that releases have: entry points of groups, and classes of modules. Options name them.
///
/// scripts/catalogue/code_names.py reads them from the packages, and resources.py describes the form of the file.
struct CodeNames: Sendable {
    /// One name, with the releases that have it.
    struct Name: Sendable {
        var releases: ReleaseSet
        /// The class that an entry point stands for.
        var target: String?
    }

    /// Read once.
    static let all = Result { try CodeNames(String(decoding: CatalogResource.data("code.names"), as: UTF8.self)) }

    private var sections: [String: [String: [Name]]] = [:]

    init(_ text: String, letters: ReleaseLetters = .all) throws {
        var section = ""
        for (number, line) in text.split(separator: "\n").enumerated() {
            if line.hasPrefix("["), line.hasSuffix("]") {
                section = String(line.dropFirst().dropLast())
                continue
            }
            let parts = line.split(separator: "\t")
            guard parts.count >= 2, let releases = letters.releases(parts[1].utf8) else {
                throw OptionFile.FormatError(line: number + 1)
            }
            sections[section, default: [:]][String(parts[0]), default: []].append(
                Name(releases: releases, target: parts.count > 2 ? String(parts[2]) : nil))
        }
    }

    /// The names of a section in a release; `:GROUP` for entry points, a module's path for classes.
    func names(in section: String, of place: Int) -> [String] {
        (sections[section] ?? [:]).filter { $0.value.contains { $0.releases.indices.contains(place) } }.map(\.key)
    }

    /// The class that an entry point stands for in a release; in any release for nil.
    func target(_ section: String, _ name: String, of place: Int?) -> String? {
        sections[section]?[name]?.last { variant in place.map { variant.releases.indices.contains($0) } ?? true }?
            .target
    }

    /// The releases that have a name.
    func releases(_ section: String, _ name: String) -> ReleaseSet {
        (sections[section]?[name] ?? []).reduce(into: []) { $0.formUnion($1.releases) }
    }

    /// The releases that have a module with classes.
    func releases(module: String) -> ReleaseSet {
        (sections[module] ?? [:]).values.joined().reduce(into: []) { $0.formUnion($1.releases) }
    }

    /// The modules of a release below a package.
    func modules(below package: String, of place: Int) -> [String] {
        let prefix = package + "."
        return sections.keys.filter { $0.hasPrefix(prefix) && releases(module: $0).indices.contains(place) }
    }
}

extension OptionCatalog {
    /// What this release has of code.
    func code() throws(CatalogError) -> ReleaseCode {
        switch CodeNames.all {
        case .success(let names): return ReleaseCode(names: names, place: place)
        case .failure(let error): throw CatalogError(release: release, part: "code.names", reason: "\(error)")
        }
    }
}

/// The code of one release.
struct ReleaseCode: Sendable {
    let names: CodeNames
    let place: Int

    /// What a release knows of a name.
    enum Standing: Equatable {
        case here
        /// Other releases have it: the last one before this, or else the first one after it.
        case gone(last: Int)
        case toCome(first: Int)
        case nowhere
    }

    /// The entry points of a group, without those of the project's own tests.
    func points(of group: String) -> [String] {
        names.names(in: ":" + group, of: place).filter {
            names.target(":" + group, $0, of: place)?.contains(".tests.") != true
        }.sorted()
    }

    func has(point name: String, of group: String) -> Bool { standing(names.releases(":" + group, name)) == .here }

    /// Whether the release has the group at all: older ones know classes alone.
    func has(group: String) -> Bool { !names.names(in: ":" + group, of: place).isEmpty }

    /// What is known of a class by its path.
    func standing(ofClass path: String) -> Standing {
        guard let dot = path.lastIndex(of: ".") else { return .nowhere }
        return standing(names.releases(String(path[..<dot]), String(path[path.index(after: dot)...])))
    }

    /// Whether the release's code was read at all.
    var isRead: Bool { has(module: "nova.virt.libvirt") }

    func has(module: String) -> Bool { standing(names.releases(module: module)) == .here }

    func standing(_ releases: ReleaseSet) -> Standing {
        let places = releases.indices
        if places.contains(place) { return .here }
        if let last = places.last(where: { $0 < place }) { return .gone(last: last) }
        return places.first.map { .toCome(first: $0) } ?? .nowhere
    }

    /// The paths of all classes below a package.
    func classes(below package: String) -> [String] {
        names.modules(below: package, of: place).flatMap { module in
            names.names(in: module, of: place).map { "\(module).\($0)" }
        }
    }

    /// The entry point of a group that stands for a class.
    func point(of group: String, for path: String) -> String? {
        points(of: group).first { names.target(":" + group, $0, of: place) == path }
    }
}
