/// Everything that was seen; what is looked at again takes the place of what was seen before.
struct AllSights: Sendable {
    private(set) var servers: [ServerSight] = []
    private(set) var nodes: [NodeSight] = []
    private(set) var outlooks: [OutlookSight] = []

    mutating func update(servers newer: [ServerSight]) {
        servers = Self.merged(servers, newer) { $0.server.name }
    }

    mutating func update(nodes newer: [NodeSight]) { nodes = Self.merged(nodes, newer) { $0.node.name } }

    mutating func update(outlooks newer: [OutlookSight]) {
        outlooks = Self.merged(outlooks, newer) { "\($0.node) → \($0.server)" }
    }

    /// In the order of those that were there, and new ones behind them.
    private static func merged<Sight>(_ old: [Sight], _ new: [Sight], _ name: (Sight) -> String) -> [Sight] {
        let byName = Dictionary(new.map { (name($0), $0) }) { first, _ in first }
        let known = Set(old.map(name))
        return old.map { byName[name($0)] ?? $0 } + new.filter { !known.contains(name($0)) }
    }
}

/// What a look is at.
struct LookAgain: Sendable, Equatable {
    /// Names of nodes and servers; nil: all.
    private let names: Set<String>?

    static let everything = LookAgain(names: nil)

    private init(names: Set<String>?) { self.names = names }

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

    func includes(_ name: String) -> Bool { names?.contains(name) ?? true }
}
