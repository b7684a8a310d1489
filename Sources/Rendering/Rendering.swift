import Release
import Topology

/// A lab's files, rendered.
///
/// Pure: the same input and templates give the same bytes, and neither disk nor network is touched.
public struct Rendering: Sendable {
    /// In the topology's order.
    public let nodes: [NodeFiles]
    /// What a user should know of, though it does not stop anything.
    public let warnings: [RenderProblem]

    /// Renders every file of every node and checks it against the release.
    ///
    /// Throws with every problem of the lab, the templates and the overrides at once.
    public init(_ input: RenderInput, templates: TemplateLibrary) throws(RenderFailure) {
        var problems = Self.inputProblems(input)
        guard let controller = input.lab.controller, !problems.contains(where: { !$0.isWarning }) else {
            throw RenderFailure(problems: problems)
        }
        let cloud = Cloud(input: input, controller: controller)
        var drafts = input.lab.nodes.map { Draft(NodeRecipes(cloud: cloud, node: $0), templates) }
        problems += drafts.flatMap(\.problems)
        let overrides = Overrides(input.lab, release: input.release)
        problems += overrides.apply(to: &drafts)
        let check = OptionCheck(lab: input.lab, release: input.release, templates: templates)
        problems += drafts.flatMap(check.problems)
        guard !problems.contains(where: { !$0.isWarning }) else { throw RenderFailure(problems: problems) }
        do {
            var nodes: [NodeFiles] = []
            for draft in drafts { nodes.append(try draft.finished(input.release)) }
            self.nodes = nodes
            warnings = problems
        } catch {
            throw RenderFailure(problems: [RenderProblem(place: .none, what: error.description)])
        }
    }

    /// The files of one node; empty for a name that the lab has not.
    public func files(of node: String) -> [RenderedFile] { nodes.first { $0.node == node }?.files ?? [] }
}

/// A node's files before they are checked: each still knows its template and the overrides in it.
struct Draft {
    struct File {
        var recipe: Recipe
        var text: String
        /// Options that an override set here, with its place.
        var overridden: [Override] = []
    }

    let node: Node
    var files: [File] = []
    var problems: [RenderProblem] = []
    private let directories: [NeededDirectory]

    init(_ recipes: NodeRecipes, _ templates: TemplateLibrary) {
        node = recipes.node
        directories = recipes.directories
        for recipe in recipes.all(plugins: templates.plugins).sorted(by: { $0.path < $1.path }) {
            switch recipe.source {
            case .text(let text): files.append(File(recipe: recipe, text: text))
            case .template(let name, var values):
                values["node"] = .text(node.name)
                let rendered = templates.render(name, values, syntax: recipe.syntax)
                files.append(File(recipe: recipe, text: rendered.text))
                problems += rendered.problems.map { problem in
                    var problem = problem
                    problem.node = node.name
                    return problem
                }
            }
        }
    }

    /// The node's files for good.
    func finished(_ release: Release) throws(CatalogError) -> NodeFiles {
        var rendered: [RenderedFile] = []
        for file in files {
            let recipe = file.recipe
            rendered.append(
                RenderedFile(
                    path: recipe.path, contents: file.text, owner: recipe.owner, group: recipe.group,
                    mode: recipe.mode, isSecret: recipe.isSecret, units: recipe.units,
                    oslo: recipe.syntax == .oslo ? try target(recipe.path, release) : nil))
        }
        return NodeFiles(node: node.name, files: rendered, directories: directories)
    }

    private func target(_ path: String, _ release: Release) throws(CatalogError) -> OsloTarget? {
        guard let file = ConfigFile(path) else { return nil }
        return OsloTarget(component: file.component, namespaces: try release.catalog.namespaces(of: path))
    }
}
