/// Everything that was seen; what is looked at again takes the place of what was seen before.
package struct AllSights: Sendable {
    package private(set) var servers: [ServerSight] = []
    package private(set) var nodes: [NodeSight] = []
    package private(set) var outlooks: [OutlookSight] = []

    package init() {}

    package mutating func update(servers newer: [ServerSight]) {
        servers = Self.merged(servers, newer) { $0.server.name }
    }

    package mutating func update(nodes newer: [NodeSight]) { nodes = Self.merged(nodes, newer) { $0.node.name } }

    package mutating func update(outlooks newer: [OutlookSight]) {
        outlooks = Self.merged(outlooks, newer) { "\($0.node) → \($0.server)" }
    }

    /// In the order of those that were there, and new ones behind them.
    private static func merged<Sight>(_ old: [Sight], _ new: [Sight], _ name: (Sight) -> String) -> [Sight] {
        let byName = Dictionary(new.map { (name($0), $0) }) { first, _ in first }
        let known = Set(old.map(name))
        return old.map { byName[name($0)] ?? $0 } + new.filter { !known.contains(name($0)) }
    }
}
