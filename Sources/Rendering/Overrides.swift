import Release
import Topology

/// What the topology sets on top of what the templates say, in layers: all nodes, roles, groups, single nodes.
///
/// Values go in as they are written, so `$state_path` refers to another option, as in a file written by hand.
struct Overrides {
    let lab: Lab
    private let release: Release
    private let replacements: [String: String]
    /// In the order in which they apply.
    let layered: [Override]
    private let fileNames: Set<String>

    init(_ input: RenderInput) {
        lab = input.lab
        release = input.release
        replacements = input.replacements
        fileNames = Set(lab.overrides.map(\.file))
        let groups = Set(lab.nodes.compactMap(\.group))
        layered = lab.overrides.map { (place: Place($0, groups), override: $0) }.sorted { $0.place < $1.place }
            .map(\.override)
    }

    /// What comes before what, whatever the order in the file: layers, then names.
    private struct Place: Comparable {
        let layer: Int
        let names: [String]

        init(_ override: Override, _ groups: Set<String>) {
            let role = Role(rawValue: override.scope).flatMap { Role.allCases.firstIndex(of: $0) }
            let scope =
                override.scope == "all"
                ? 0 : role.map { $0 + 1 } ?? (groups.contains(override.scope) ? 100 : 101)
            // A whole file comes before the options of its layer, an empty section before what it is to hold.
            layer = scope * 2 + (override.effect == .file ? 0 : 1)
            let first = override.effect == .clear ? "0" : "1"
            names = [override.scope, override.file, override.section, first, override.option]
        }

        static func < (a: Place, b: Place) -> Bool {
            a.layer == b.layer ? a.names.lexicographicallyPrecedes(b.names) : a.layer < b.layer
        }
    }

    // MARK: Who is reached

    /// The places, in the order in which they apply, of the overrides that reach a node.
    func reaching(_ node: Node) -> [Int] { layered.indices.filter { covers(layered[$0], node) } }

    /// Whether some override names the file of a recipe.
    func name(_ recipe: Recipe) -> Bool { !fileNames.isEmpty && fileNames.contains(fileName(recipe.path)) }

    private func covers(_ override: Override, _ node: Node) -> Bool {
        let scope = override.scope
        if scope == "all" { return true }
        if let role = Role(rawValue: scope) { return node.roles.contains(role) || isNode(scope, node) }
        if lab.nodes.contains(where: { $0.group == scope }) { return node.group == scope }
        return node.name == scope
    }

    /// A node may be called as a role is that no node has.
    private func isNode(_ scope: String, _ node: Node) -> Bool {
        node.name == scope && !lab.nodes.contains { $0.roles.contains { $0.rawValue == scope } }
    }

    // MARK: What is done

    /// Does what every override says where it belongs; an override that fits nowhere is a problem.
    func apply(to drafts: inout [UncheckedFiles]) -> [RenderProblem] {
        var problems: [RenderProblem] = []
        for override in layered {
            if let problem = malformed(override) { problems.append(problem); continue }
            var isUsed = false
            for index in drafts.indices where covers(override, drafts[index].node) {
                isUsed = set(override, in: &drafts[index], &problems) || isUsed
            }
            if !isUsed { problems.append(unused(override, drafts)) }
        }
        return problems
    }

    private func malformed(_ override: Override) -> RenderProblem? {
        if override.effect == .file {
            guard let path = override.values.first, replacements[path] == nil else { return nil }
            return problem(override, "the file \(path) was not read", "give a file of UTF-8 text")
        }
        if override.values.contains(where: { $0.contains(where: \.isNewline) }) {
            return problem(override, "the value of \(override.option) has a line break", "write it in one line")
        }
        let names = override.effect == .clear ? [override.section] : [override.section, override.option]
        guard names.contains(where: { $0.isEmpty || $0.contains { "[]=:#\n\r".contains($0) } }) else { return nil }
        return problem(override, "“[\(override.section)] \(override.option)” cannot be written into a file", nil)
    }

    /// Changes the files of a node that have a say in it; false when there is none.
    private func set(_ override: Override, in draft: inout UncheckedFiles, _ problems: inout [RenderProblem]) -> Bool {
        let named = draft.files.indices.filter { isNamed(override, draft.files[$0]) }
        guard !named.isEmpty else { return false }
        let stronger = override.effect == .set || override.effect == .append ? readAfter(override, in: draft) : []
        for index in stronger.isEmpty ? named : stronger {
            if let problem = write(override, into: &draft.files[index]) { problems.append(problem) }
        }
        return true
    }

    /// What nova-compute reads after nova.conf; a service for one cluster has a file of its own, whose name begins so.
    private static let compute = "nova-compute.conf"
    private static let computeStem = String(compute.dropLast(".conf".count))

    private func isNamed(_ override: Override, _ file: UncheckedFiles.File) -> Bool {
        let own = fileName(file.recipe.path)
        guard file.recipe.syntax == .oslo || override.effect == .file else { return false }
        return own == override.file || (override.file == Self.compute && own.hasPrefix("\(Self.computeStem)-"))
    }

    /// nova-compute reads its own file after nova.conf: an option that stands there must be changed there.
    private func readAfter(_ override: Override, in draft: UncheckedFiles) -> [Int] {
        guard override.file == "nova.conf" else { return [] }
        return draft.files.indices.filter { index in
            guard fileName(draft.files[index].recipe.path).hasPrefix(Self.computeStem),
                draft.files[index].recipe.syntax == .oslo, let document = try? INIDocument(draft.files[index].text)
            else { return false }
            return !document.values(override.section, override.option).isEmpty
        }
    }

    private func write(_ override: Override, into file: inout UncheckedFiles.File) -> RenderProblem? {
        file.overridden.append(override)
        if override.effect == .file {
            file.text = override.values.first.flatMap { replacements[$0] } ?? file.text
            file.replacement = override.values.first
            file.overridden = []
            return nil
        }
        // A text that does not parse is reported by the option check, which reads every file.
        guard var document = try? INIDocument(file.text) else { return nil }
        let comment = "From the topology's overrides."
        do throws(INIDocument.SyntaxError) {
            switch override.effect {
            case .clear: try document.clear(override.section)
            case .append:
                guard let values = extended(override, document, file) else {
                    return problem(
                        override,
                        "[\(override.section)] \(override.option) is not set in \(override.file), so there is"
                            + " nothing to append to", "give the whole value")
                }
                try document.set(override.section, override.option, to: values, comment: comment)
            default: try document.set(override.section, override.option, to: override.values, comment: comment)
            }
        } catch {
            return problem(override, error.reason, nil)
        }
        file.text = document.text
        return nil
    }

    /// The values with those of the override behind them: members of a list, or lines of an option that may be
    /// repeated.
    private func extended(_ override: Override, _ document: INIDocument, _ file: UncheckedFiles.File) -> [String]? {
        let old = document.values(override.section, override.option)
        guard !old.isEmpty else { return nil }
        let both = old + override.values
        let setting = OptionSetting(
            file: file.recipe.path, section: override.section, option: override.option, values: both,
            names: document.sectionNames)
        let isList = ((try? release.catalog.check(setting)) ?? []).contains { $0.kind == .notRepeatable }
        return isList ? [both.filter { !$0.isEmpty }.joined(separator: ",")] : both
    }

    private func fileName(_ path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.index(after: $0)...]) } ?? path
    }

    private func unused(_ override: Override, _ drafts: [UncheckedFiles]) -> RenderProblem {
        let nodes = drafts.filter { covers(override, $0.node) }
        guard !nodes.isEmpty else {
            let scopes = ["all"] + Role.allCases.map(\.rawValue) + lab.nodes.map(\.name)
            return problem(
                override, "no node has the role, group or name “\(override.scope)”",
                "a scope is one of \(scopes.prefix(24).joined(separator: ", "))")
        }
        let files = Set(
            nodes.flatMap { node in
                node.files.filter { $0.recipe.syntax == .oslo }.map { fileName($0.recipe.path) }
            }
        ).sorted()
        return problem(
            override, "\(override.scope) has no file \(override.file) that options could be set in",
            "there are \(files.joined(separator: ", "))")
    }

    private func problem(_ override: Override, _ what: String, _ hint: String?) -> RenderProblem {
        RenderProblem(place: .topology(file: lab.file, override.mark), what: what, hint: hint)
    }
}
