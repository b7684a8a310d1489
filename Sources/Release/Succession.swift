import Foundation

/// What took the place of options that are gone, where no list of old names has it: successors.tsv of the catalogue.
///
/// Each line names its source. Lines lead in either direction: a file that is too new for a release finds the name of
/// then. Names lead on, so that a line need not reach today's.
struct Succession: Sendable {
    /// One line.
    struct Step: Sendable {
        /// The component whose files it speaks of, or `*`.
        var component: String
        var section: String
        /// With `*` at the end: all that begin so.
        var option: String
        /// The first that the release has is meant; none: nothing has to take its place.
        var successors: [OptionName]
        /// How the successor is written, or why there need be none; nil: the value stays as it is.
        var how: String?

        func isOf(_ name: OptionName, in components: some Sequence<String>) -> Bool {
            guard component == "*" || components.contains(component), OsloText.same(section, name.section) else {
                return false
            }
            return option.hasSuffix("*") ? name.option.hasPrefix(option.dropLast()) : option == name.option
        }
    }

    /// A line that is not of the form.
    struct FormatError: Error, CustomStringConvertible {
        var line: Int
        var description: String {
            "successors.tsv line \(line) has not the form COMPONENT, SECTION/OPTION, SUCCESSORS, HOW, SOURCE"
        }
    }

    let steps: [Step]

    /// Read once for all releases.
    static let all = Result {
        try Succession(String(decoding: CatalogResource.data("successors.tsv"), as: UTF8.self))
    }

    init(_ text: String) throws(FormatError) {
        var steps: [Step] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        where !line.isEmpty && !line.hasPrefix("#") {
            guard let step = Step(line) else { throw FormatError(line: number + 1) }
            steps.append(step)
        }
        self.steps = steps
    }

    /// The lines that speak of an option of these components' files.
    func steps(from name: OptionName, in components: some Sequence<String>) -> [Step] {
        steps.filter { $0.isOf(name, in: components) }
    }
}

extension Succession.Step {
    fileprivate init?(_ line: Substring) {
        let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard columns.count == 5, let name = OptionName(path: columns[1]), !columns[4].isEmpty else { return nil }
        component = columns[0]
        section = name.section
        option = name.option
        successors = []
        how = columns[3] == "=" ? nil : columns[3]
        guard columns[2] != "-" else { return }
        for part in columns[2].split(separator: "|") {
            guard let successor = OptionName(path: String(part)) else { return nil }
            successors.append(successor)
        }
    }
}

extension OptionName {
    /// From `section/option`; nil when it has not this form.
    init?(path: String) {
        let parts = path.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        self.init(section: parts[0], option: parts[1])
    }

    /// For comparison: section names have no case, except DEFAULT.
    var key: String { "\(section == "DEFAULT" ? section : section.lowercased())/\(option)" }
}
