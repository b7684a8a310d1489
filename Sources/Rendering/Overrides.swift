import Release
import Topology

/// Raw options of the topology, set on top of what the templates say.
///
/// Values go in as they are written, so `$state_path` refers to another option, as in a file written by hand.
struct Overrides {
    private let lab: Lab
    private let release: Release

    init(_ lab: Lab, release: Release) {
        self.lab = lab
        self.release = release
    }

    /// Sets every override where it belongs; an override that fits nowhere is a problem.
    func apply(to drafts: inout [Draft]) -> [RenderProblem] {
        var problems: [RenderProblem] = []
        for override in lab.overrides {
            if let problem = malformed(override) { problems.append(problem); continue }
            var isUsed = false
            for index in drafts.indices where covers(override, drafts[index].node) {
                isUsed = set(override, in: &drafts[index]) || isUsed
            }
            if !isUsed { problems.append(unused(override, drafts)) }
        }
        return problems
    }

    private func malformed(_ override: Override) -> RenderProblem? {
        guard override.effect == .set else {
            return problem(override, "only single options can be overridden so far", "write OPTION: VALUE")
        }
        if override.values.contains(where: { $0.contains(where: \.isNewline) }) {
            return problem(override, "the value of \(override.option) has a line break", "write it in one line")
        }
        let names = [override.section, override.option]
        guard names.contains(where: { $0.isEmpty || $0.contains { "[]=:#\n\r".contains($0) } }) else { return nil }
        return problem(override, "“[\(override.section)] \(override.option)” cannot be written into a file", nil)
    }

    private func covers(_ override: Override, _ node: Node) -> Bool {
        override.scope == "all" || override.scope == node.name || node.roles.contains { $0.rawValue == override.scope }
    }

    /// Sets an override in the files of a node that have a say in it; false when there is none.
    private func set(_ override: Override, in draft: inout Draft) -> Bool {
        let named = draft.files.indices.filter { isNamed(override.file, draft.files[$0]) }
        guard !named.isEmpty else { return false }
        let stronger = readAfter(override, in: draft)
        for index in stronger.isEmpty ? named : stronger { write(override, into: &draft.files[index]) }
        return true
    }

    private func isNamed(_ name: String, _ file: Draft.File) -> Bool {
        let own = fileName(file)
        guard file.recipe.syntax == .oslo else { return false }
        return own == name || (name == "nova-compute.conf" && own.hasPrefix("nova-compute-"))
    }

    /// nova-compute reads its own file after nova.conf: an option that stands there must be changed there.
    private func readAfter(_ override: Override, in draft: Draft) -> [Int] {
        guard override.file == "nova.conf" else { return [] }
        return draft.files.indices.filter { index in
            guard fileName(draft.files[index]).hasPrefix("nova-compute"), draft.files[index].recipe.syntax == .oslo,
                let document = try? INIDocument(draft.files[index].text)
            else { return false }
            return !document.values(override.section, override.option).isEmpty
        }
    }

    private func write(_ override: Override, into file: inout Draft.File) {
        // A text that does not parse is reported by the option check, which reads every file.
        guard var document = try? INIDocument(file.text),
            (try? document.set(
                override.section, override.option, to: override.values, comment: "From the topology's overrides."))
                != nil
        else { return }
        file.text = document.text
        file.overridden.append(override)
    }

    private func fileName(_ file: Draft.File) -> String {
        file.recipe.path.split(separator: "/").last.map(String.init) ?? ""
    }

    private func unused(_ override: Override, _ drafts: [Draft]) -> RenderProblem {
        let nodes = drafts.filter { covers(override, $0.node) }
        guard !nodes.isEmpty else {
            let scopes = ["all"] + Role.allCases.map(\.rawValue) + lab.nodes.map(\.name)
            return problem(
                override, "no node has the role or name “\(override.scope)”",
                "a scope is one of \(scopes.joined(separator: ", "))")
        }
        let files = Set(nodes.flatMap { $0.files.filter { $0.recipe.syntax == .oslo }.map(fileName) }).sorted()
        return problem(
            override, "\(override.scope) has no file \(override.file) that options could be set in",
            "there are \(files.joined(separator: ", "))")
    }

    private func problem(_ override: Override, _ what: String, _ hint: String?) -> RenderProblem {
        RenderProblem(place: .topology(file: lab.file, override.mark), what: what, hint: hint)
    }
}
