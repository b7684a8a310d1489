import Release
import Topology

/// Every option of every rendered file against the release's catalogue.
struct OptionCheck {
    private let lab: Lab
    let release: Release
    private let templates: TemplateLibrary

    init(_ input: RenderInput, templates: TemplateLibrary) {
        lab = input.lab
        release = input.release
        self.templates = templates
    }

    /// The files of a kind of nodes, checked with the values of the first of them.
    func files(of draft: UncheckedFiles) -> CheckedFiles {
        var checked = CheckedFiles()
        for file in draft.files {
            var made = CheckedFiles.File(
                shape: Shape(file.text), draft: file, isOverridden: !file.overridden.isEmpty)
            if file.recipe.syntax == .oslo { read(&made, of: draft.node, &checked.problems) }
            checked.files.append(made)
        }
        check(checked.files, of: draft.node, &checked.problems)
        checked.problems += together(checked, of: draft)
        return checked
    }

    /// Every setting of a node's files; what nobody can judge is left out of the files' settings before.
    private func check(_ files: [CheckedFiles.File], of node: Node, _ problems: inout [RenderProblem]) {
        do {
            let outside = try release.catalog.outside(files.flatMap(\.settings))
            for file in files {
                for setting in file.settings {
                    let found = try release.catalog.check(setting).filter { try outside.reason($0, setting) == nil }
                    problems += located(found, setting, file.draft, node)
                }
            }
        } catch {
            problems.append(RenderProblem(place: .none, what: "\(error)"))
        }
    }

    /// Whether the topology says that a section is of a plugin from outside.
    private func isOfPlugin(_ setting: OptionSetting) -> Bool {
        let file = setting.file.split(separator: "/").last.map(String.init) ?? setting.file
        return lab.pluginSections[file]?.contains { OsloText.same($0, setting.section) } == true
    }

    private func read(_ file: inout CheckedFiles.File, of node: Node, _ problems: inout [RenderProblem]) {
        let own = file.draft.recipe.own(for: file.shape.names).values
        do {
            let document = try INIDocument(file.draft.text)
            for setting in document.settings(file: file.draft.recipe.path) where !isOfPlugin(setting) {
                if setting.values.contains(where: Shape.hasGap) { file.ownSettings.append(setting) }
                if OptionCatalog.optionsOfServices.contains(setting.option) { file.ofServices.append(setting) }
                file.settings.append(setting.filled(with: own))
            }
            file.oslo = try target(file.draft.recipe.path)
        } catch let error as INIDocument.SyntaxError {
            let what = "\(file.draft.recipe.path) line \(error.line): \(error.reason)"
            let place = file.draft.replacement.map {
                RenderProblem.Place.topology(file: $0, Mark(line: error.line, column: 1))
            }
            problems.append(
                RenderProblem(place: place ?? .template(template(file.draft), line: 1), what: what, node: node.name))
        } catch {
            problems.append(RenderProblem(place: .none, what: "\(error)"))
        }
    }

    /// What is wrong with the values that are another node's own.
    func problems(_ setting: OptionSetting, in file: UncheckedFiles.File, of node: Node) -> [RenderProblem] {
        do {
            return try release.catalog.check(setting).filter { !$0.isWarning }.map { problem in
                let place = templates.place(of: setting.option, section: setting.section, in: template(file))
                return RenderProblem(
                    place: place, what: problem.what, hint: problem.hint, node: node.name, isOfOneNode: true)
            }
        } catch {
            return [RenderProblem(place: .none, what: "\(error)")]
        }
    }

    private func target(_ path: String) throws(CatalogError) -> OsloTarget? {
        guard let file = ConfigFile(path) else { return nil }
        return OsloTarget(component: file.component, namespaces: try release.catalog.namespaces(of: path))
    }

    /// The problems of a setting with their places. What our own templates set is known to work, so that a later
    /// release will drop an option is said for overrides alone.
    func located(
        _ problems: [OptionProblem], _ setting: OptionSetting, _ file: UncheckedFiles.File, _ node: Node
    ) -> [RenderProblem] {
        guard !problems.isEmpty else { return [] }
        let override = file.overridden.last {
            OsloText.same($0.section, setting.section) && $0.option == setting.option
        }
        let place: RenderProblem.Place =
            if let override {
                .topology(file: lab.file, override.mark)
            } else if let path = file.replacement {
                .topology(file: path, Mark(line: line(of: setting, in: file), column: 1))
            } else {
                templates.place(of: setting.option, section: setting.section, in: template(file))
            }
        let isOurs = override == nil && file.replacement == nil
        return problems.filter { !isOurs || !$0.isWarning }.map { problem in
            RenderProblem(
                place: place, what: problem.what, hint: problem.hint, node: override == nil ? node.name : nil,
                isWarning: problem.isWarning)
        }
    }

    private func line(of setting: OptionSetting, in file: UncheckedFiles.File) -> Int {
        let document = try? INIDocument(file.text)
        return document?.entries.first { $0.option == setting.option && $0.section == setting.section }?.line ?? 1
    }

    private func template(_ file: UncheckedFiles.File) -> String {
        if case .template(let name, _) = file.recipe.source { name } else { file.recipe.path }
    }
}

extension OptionSetting {
    /// The setting of one node.
    func filled(with own: [String: String]) -> OptionSetting {
        var setting = self
        setting.values = values.map { Shape.hasGap($0) ? Shape($0).filled(with: own) : $0 }
        return setting
    }
}

/// The files of a kind of nodes, ready to be filled for each of them.
struct CheckedFiles {
    struct File {
        var shape: Shape
        var draft: UncheckedFiles.File
        var isOverridden: Bool
        var oslo: OsloTarget?
        /// Settings with a value of the node's own.
        var ownSettings: [OptionSetting] = []
        /// All settings, with the values of the first node of the kind.
        var settings: [OptionSetting] = []
        /// Those that compute services may not have alike, with gaps for the node's own values.
        var ofServices: [OptionSetting] = []
    }

    var files: [File] = []
    var problems: [RenderProblem] = []

    /// The files of one node; the values of the first one are checked already.
    func filled(
        for plan: NodePlan, isFirst: Bool, _ check: OptionCheck
    ) -> (files: NodeFiles, problems: [RenderProblem], services: [ServiceOfNode]) {
        var rendered: [RenderedFile] = []
        var problems: [RenderProblem] = []
        var services = ServicesOfNode()
        for (file, recipe) in zip(files, plan.recipes) {
            let own = recipe.own(for: file.shape.names)
            problems += own.problems
            if !isFirst {
                for setting in file.ownSettings {
                    problems += check.problems(setting.filled(with: own.values), in: file.draft, of: plan.node)
                }
            }
            services.add(file, own: own.values)
            rendered.append(RenderedFile(recipe, RenderedText(file.shape, own: own.values), oslo: file.oslo))
        }
        let node = NodeFiles(node: plan.node.name, files: rendered, directories: plan.directories)
        return (node, problems, services.all(of: plan.node))
    }
}
