import Release

@testable import Sandbox
@testable import Topology

extension BaseRecipe {
    /// That of the release that labs of these tests have.
    init() {
        let base = Distribution.usual.base
        self.init(suite: base.suite, sources: base.sources, packages: base.packages, maskedUnits: base.maskedUnits)
    }
}

extension BaseRoot {
    init(paths: Paths) { self.init(recipe: BaseRecipe(), paths: paths) }
}

extension Sandbox {
    init(lab: Lab, listener: @escaping @Sendable (SandboxEvent) -> Void = { _ in }) {
        self.init(lab: lab, base: BaseRecipe(), listener: listener)
    }
}
