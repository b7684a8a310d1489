import Release

extension OptionCheck {
    /// What the options of one service have wrong together: nova-compute reads its own file after nova.conf.
    func together(_ checked: CheckedFiles, of draft: Draft) -> [RenderProblem] {
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
