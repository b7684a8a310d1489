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
        let order = input.lab.nodes.map(\.name)
        var input = input
        input.lab = input.lab.inOrderOfNames
        let cloud = CloudDesign(input: input, controller: input.lab.controller ?? controller)
        let overrides = Overrides(input)
        let facts = cloud.releaseFacts
        let plans = input.lab.nodes.map {
            NodePlan(NodeRecipes(cloud: cloud, node: $0, facts: facts), plugins: templates.plugins)
        }
        let kinds = Kinds(plans, overrides)
        var drafts = kinds.firsts.map { UncheckedFiles($0, templates) }
        problems += drafts.flatMap(\.problems)
        problems += overrides.apply(to: &drafts)
        let check = OptionCheck(input, templates: templates)
        var checked: [CheckedFiles] = []
        for draft in drafts { checked.append(check.files(of: draft)) }
        problems += checked.flatMap(\.problems)
        var nodes: [NodeFiles] = []
        var services: [ServiceOfNode] = []
        for (plan, kind) in zip(plans, kinds.ofNode) {
            let filled = checked[kind].filled(for: plan, isFirst: kinds.firsts[kind].node.name == plan.node.name, check)
            nodes.append(filled.files)
            problems += filled.problems
            services += filled.services
        }
        problems += check.amongServices(services)
        problems = Self.counted(problems, kinds)
        guard !problems.contains(where: { !$0.isWarning }) else { throw RenderFailure(problems: problems) }
        let byName = Dictionary(nodes.map { ($0.node, $0) }) { first, _ in first }
        self.nodes = order.compactMap { byName[$0] }
        // An override that reaches several kinds of nodes is told of once.
        var seen: Set<String> = []
        warnings = problems.filter { seen.insert($0.description).inserted }
    }

    /// Problems of a kind of nodes tell how many nodes have them.
    private static func counted(_ problems: [RenderProblem], _ kinds: Kinds) -> [RenderProblem] {
        problems.map { problem in
            guard let node = problem.node, problem.alsoOn == 0, let count = kinds.counts[node] else { return problem }
            var problem = problem
            problem.alsoOn = problem.isOfOneNode ? 0 : count - 1
            return problem
        }
    }

    /// The files of one node; empty for a name that the lab has not.
    public func files(of node: String) -> [RenderedFile] { nodes.first { $0.node == node }?.files ?? [] }
}

/// The nodes that have the same files but for their own values.
private struct Kinds {
    /// The first node of each kind.
    var firsts: [NodePlan] = []
    /// The kind of each node.
    var ofNode: [Int] = []
    /// How many nodes are like the first one of this name.
    var counts: [String: Int] = [:]

    init(_ plans: [NodePlan], _ overrides: Overrides) {
        var known: [NodePlan.Likeness: Int] = [:]
        for plan in plans {
            let likeness = plan.likeness(overrides)
            let kind = known[likeness] ?? firsts.count
            if kind == firsts.count {
                known[likeness] = kind
                firsts.append(plan)
            }
            ofNode.append(kind)
            counts[firsts[kind].node.name, default: 0] += 1
        }
    }
}
