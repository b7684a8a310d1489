import Release
import Topology

/// Every option of every rendered file against the release's catalogue.
struct OptionCheck {
    let lab: Lab
    let release: Release
    let templates: TemplateLibrary

    /// What is wrong with the files of a node, at the template's line or the override's place.
    func problems(_ draft: Draft) -> [RenderProblem] {
        draft.files.filter { $0.recipe.syntax == .oslo }.flatMap { problems($0, of: draft.node) }
    }

    private func problems(_ file: Draft.File, of node: Node) -> [RenderProblem] {
        do {
            let document = try INIDocument(file.text)
            var found: [RenderProblem] = []
            for setting in settings(document, file.recipe.path) {
                for problem in try release.catalog.check(setting) {
                    found.append(contentsOf: located(problem, setting, file, node))
                }
            }
            return found
        } catch let error as INIDocument.SyntaxError {
            let what = "\(file.recipe.path) line \(error.line): \(error.reason)"
            return [RenderProblem(place: .template(template(file), line: 1), what: what, node: node.name)]
        } catch {
            return [RenderProblem(place: .none, what: "\(error)")]
        }
    }

    /// The assignments of a document, those of one option together.
    private func settings(_ document: INIDocument, _ path: String) -> [OptionSetting] {
        let backends = document.values("DEFAULT", "enabled_backends").first
        var seen = Set<[String]>()
        return document.entries.compactMap { entry in
            guard seen.insert([entry.section.lowercased(), entry.option]).inserted else { return nil }
            return OptionSetting(
                file: path, section: entry.section, option: entry.option,
                values: document.values(entry.section, entry.option),
                authType: document.values(entry.section, "auth_type").first, enabledBackends: backends)
        }
    }

    /// A problem with its place. What our own templates set is known to work, so that a later release will drop an
    /// option is said for overrides alone.
    private func located(
        _ problem: OptionProblem, _ setting: OptionSetting, _ file: Draft.File, _ node: Node
    ) -> [RenderProblem] {
        let override = file.overridden.last {
            INIDocument.same($0.section, setting.section) && $0.option == setting.option
        }
        guard override != nil || !problem.isWarning else { return [] }
        let place =
            override.map { RenderProblem.Place.topology(file: lab.file, $0.mark) }
            ?? templates.place(of: setting.option, section: setting.section, in: template(file))
        return [
            RenderProblem(
                place: place, what: problem.what, hint: problem.hint, node: override == nil ? node.name : nil,
                isWarning: problem.isWarning)
        ]
    }

    private func template(_ file: Draft.File) -> String {
        if case .template(let name, _) = file.recipe.source { name } else { file.recipe.path }
    }
}
