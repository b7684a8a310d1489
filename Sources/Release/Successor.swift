/// What takes the place of an option that a release has not.
struct Successor: Sendable, Equatable {
    /// The option to write; nil: nothing has to take its place.
    var name: OptionName?
    /// How it is written, or why there need be none.
    var how: String?
    /// The value is written as it was.
    var keepsValue: Bool

    /// What to do, for people.
    func hint(isNewName: Bool) -> String {
        guard let name else {
            let how = how ?? "nothing has to take its place"
            return how.hasPrefix("!") ? String(how.dropFirst()) : "leave it out: \(how)"
        }
        if let how { return "write \(name): \(how)" }
        return "write \(name), \(isNewName ? "its new name" : "its name there")"
    }
}

/// The search for the name that an option of other releases has in one, along old names and the table of successors.
struct SuccessorSearch {
    /// Which way old names are followed.
    enum Direction { case toNewer, toOlder }

    let options: FileOptions
    let histories: [OptionHistory]
    let succession: Succession
    /// The file's backend section, whose options history has in other sections.
    let backend: String?
    /// What the file says of sections with names of its own.
    let names: SectionNames

    private struct Candidate {
        var name: OptionName
        var how: String?
        var keepsValue: Bool
    }

    /// The first name on the way that the release has.
    func successor(of names: [OptionName], _ direction: Direction) throws(CatalogError) -> Successor? {
        var seen = Set(names.map(\.key))
        var layer = names.map { Candidate(name: $0, keepsValue: true) }
        while !layer.isEmpty {
            var next: [Candidate] = []
            var end: Successor?
            for candidate in layer {
                let steps = succession.steps(from: candidate.name, in: options.succeeding)
                if end == nil, let last = steps.first(where: \.successors.isEmpty) {
                    end = Successor(name: nil, how: last.how, keepsValue: false)
                }
                next += self.next(candidate, steps, direction)
            }
            next.removeAll { seen.contains($0.name.key) }
            seen.formUnion(next.map(\.name.key))
            for candidate in next {
                guard let name = try written(candidate.name) else { continue }
                return Successor(name: name, how: candidate.how, keepsValue: candidate.keepsValue)
            }
            if let end { return end }
            layer = next
        }
        return nil
    }

    /// Where one name leads: by the table first, then by old names, those of plainer sections first.
    private func next(_ from: Candidate, _ steps: [Succession.Step], _ direction: Direction) -> [Candidate] {
        var found = steps.flatMap { step in
            step.successors.map { successor in
                let name =
                    successor.option == "*"
                    ? OptionName(section: successor.section, option: from.name.option) : successor
                return Candidate(name: name, how: step.how ?? from.how, keepsValue: from.keepsValue && step.how == nil)
            }
        }
        let names = histories.flatMap { history in
            direction == .toNewer ? history.newNames(of: from.name) : history.oldNames(of: from.name)
        }
        let plain = names.filter { !VendorSections.contains($0.section) }.enumerated().sorted {
            ($0.element.section.count, $0.offset) < ($1.element.section.count, $1.offset)
        }
        found += plain.map { Candidate(name: $0.element, how: from.how, keepsValue: from.keepsValue) }
        return found
    }

    /// The name as the file would have it; nil when the release has no such option.
    private func written(_ name: OptionName) throws(CatalogError) -> OptionName? {
        let home = backend.map { OptionName(section: $0, option: name.option) }
        for candidate in [Self.backendSections.contains(name.section) ? home : nil, name].compactMap(\.self) {
            let setting = OptionSetting(
                file: options.file.name, section: candidate.section, option: candidate.option, values: [],
                names: names)
            if let section = options.canonical(setting),
                try options.facts(section, candidate.option, authType: nil) != nil
            {
                return candidate
            }
        }
        return nil
    }

    /// Where Cinder's drivers had their options: in the section of no backend, and among all others before.
    static let backendSections = ["backend_defaults", "DEFAULT"]
}

/// Sections of one vendor's plugin, and of examples: a hint to them helps nobody who has not got it.
enum VendorSections {
    static func contains(_ section: String) -> Bool {
        let lower = section.lowercased()
        return lower.hasSuffix("_example") || all.contains(lower)
    }

    private static let all: Set<String> = {
        let text = (try? CatalogResource.data("vendor-sections.txt")).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return Set(text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { $0.lowercased() })
    }()
}
