import Release
import Topology

/// The files of the nodes that have the same ones, before they are checked: each still knows its template and the
/// overrides in it. What is one node's own is a mark in the text.
struct UncheckedFiles {
    struct File {
        var recipe: Recipe
        var text: String
        /// Overrides that changed it.
        var overridden: [Override] = []
        /// The path of the user's file that took its place.
        var replacement: String?
    }

    /// The first of the nodes.
    let node: Node
    var files: [File] = []
    var problems: [RenderProblem] = []

    init(_ plan: NodePlan, _ templates: TemplateLibrary) {
        node = plan.node
        for recipe in plan.recipes {
            switch recipe.source {
            case .text(let text): files.append(File(recipe: recipe, text: text))
            case .template(let name, let values):
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
}

/// What makes the files of one node, in the order of their paths.
struct NodePlan {
    let node: Node
    let recipes: [Recipe]
    let directories: [NeededDirectory]

    init(_ node: NodeRecipes, plugins: [String: String]) {
        let facts = node.facts
        self.node = node.node
        directories = node.directories
        recipes = node.all(plugins: plugins).map { recipe in
            guard case .template(let name, var values) = recipe.source else { return recipe }
            var recipe = recipe
            values["node"] = .own(node.node.name)
            values.merge(facts) { own, _ in own }
            recipe.source = .template(name, values)
            return recipe
        }.sorted { $0.path < $1.path }
    }

    /// What nodes with the same files have in common.
    struct Likeness: Hashable {
        var recipes: [Recipe.Likeness]
        /// The places of the overrides that reach the node.
        var overrides: [Int]
    }

    func likeness(_ overrides: Overrides) -> Likeness {
        Likeness(
            recipes: recipes.map { $0.likeness(isNamed: overrides.name($0)) }, overrides: overrides.reaching(node))
    }
}

extension Recipe {
    /// What has to be equal for two files to be rendered as one.
    struct Likeness: Hashable {
        var template: String
        var values: [String: TemplateValue]
        /// Only where it matters: for texts that are final, and files that an override names.
        var path: String?
        var syntax: Syntax
    }

    func likeness(isNamed: Bool) -> Likeness {
        switch source {
        case .text(let text): return Likeness(template: text, values: [:], path: path, syntax: syntax)
        case .template(let name, let values):
            let shared = values.mapValues { value in
                if case .own = value { TemplateValue.own("") } else { value }
            }
            return Likeness(template: name, values: shared, path: isNamed ? path : nil, syntax: syntax)
        }
    }

    /// The values of its gaps as the file's syntax has them, and what that syntax cannot hold.
    func own(for names: Set<String>) -> (values: [String: String], problems: [RenderProblem]) {
        guard case .template(let template, let values) = source else { return ([:], []) }
        var spelt: [String: String] = [:]
        var problems: [RenderProblem] = []
        for name in names {
            guard case .own(let text) = values[name] else { continue }
            switch syntax.spell(text) {
            case .success(let good): spelt[name] = good
            case .failure(let error):
                problems.append(
                    RenderProblem(
                        place: .template(template, line: 1), what: "the value of “\(name)” \(error.reason)"))
            }
        }
        return (spelt, problems)
    }
}
