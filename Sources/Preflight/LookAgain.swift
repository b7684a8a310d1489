/// What is looked at again.
struct LookAgain: Sendable, Equatable {
    /// Names of nodes and servers.
    let names: Set<String>

    /// At what may have passed by itself meanwhile; nil: nothing may.
    ///
    /// `vc1/cluster_a` is a look at `vc1`, and `vmware1 → vc1` one at both.
    init?(at results: [CheckResult]) {
        let moving = results.filter { $0.findings.contains { $0.mayPass && $0.level != .note } }
        guard !moving.isEmpty else { return nil }
        names = Set(
            moving.flatMap { result in
                result.subject.split(separator: " → ").map { String($0.split(separator: "/").first ?? $0) }
            })
    }
}
