import Release
import Topology

extension OptionCheck {
    /// What the options of one service have wrong together: nova-compute reads its own file after nova.conf.
    func together(_ checked: CheckedFiles, of draft: UncheckedFiles) -> [RenderProblem] {
        // Where a template has no value for an option, that is told already, and what follows from it says nothing more.
        guard draft.problems.isEmpty else { return [] }
        let files = checked.files.filter { !$0.settings.isEmpty }
        let nova = files.first { $0.draft.recipe.path.hasSuffix("/nova.conf") }
        let own = files.filter { $0.draft.recipe.path.contains("/nova-compute") }
        let services =
            own.map { [nova, $0].compactMap { $0 } }
            + files.filter { file in
                !own.contains { $0.draft.recipe.path == file.draft.recipe.path }
            }.map { [$0] }
        do {
            return try services.flatMap { service in
                try release.catalog.crossCheck(service.flatMap(\.settings)).flatMap { finding in
                    let file = service.last { $0.settings.contains(finding.setting) } ?? service[0]
                    return located([finding.problem], finding.setting, file.draft, draft.node)
                }
            }
        } catch {
            return [RenderProblem(place: .none, what: "\(error)")]
        }
    }
}

/// A compute service: what it reads of the options that services may not have alike.
struct ServiceOfNode {
    let node: Node
    /// With the file that each is from, in the order in which the service reads them.
    let settings: [(setting: OptionSetting, file: UncheckedFiles.File)]
}

/// The compute services of one node, while its files go by: each reads nova.conf, and a file of its own after it.
struct ServicesOfNode {
    private var shared: [(setting: OptionSetting, file: UncheckedFiles.File)] = []
    private var own: [[(setting: OptionSetting, file: UncheckedFiles.File)]] = []

    mutating func add(_ file: CheckedFiles.File, own values: [String: String]) {
        let path = file.draft.recipe.path
        let isOwn = path.contains("/nova-compute")
        guard isOwn || (!file.ofServices.isEmpty && path.hasSuffix("/nova.conf")) else { return }
        let settings = file.ofServices.map { ($0.filled(with: values), file.draft) }
        if isOwn { own.append(settings) } else { shared += settings }
    }

    func all(of node: Node) -> [ServiceOfNode] {
        own.map { ServiceOfNode(node: node, settings: shared + $0) }.filter { !$0.settings.isEmpty }
    }
}

extension OptionCheck {
    /// What the compute services of all nodes have wrong among each other.
    func amongServices(_ services: [ServiceOfNode]) -> [RenderProblem] {
        release.catalog.crossCheck(services: services.map { $0.settings.map(\.setting) }).flatMap { place, finding in
            let service = services[place]
            guard let file = service.settings.last(where: { $0.setting == finding.setting })?.file else {
                return [RenderProblem]()
            }
            return located([finding.problem], finding.setting, file, service.node)
        }
    }
}
