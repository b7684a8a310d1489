extension Check {
    /// Every check, in the order in which a report has them.
    public static let all: [Check] =
        serverChecks + inventoryChecks + privilegeChecks + clusterChecks + datastoreChecks + networkChecks
        + capacityChecks + nodeChecks + outlookChecks

    /// What a check looks at again, up to `Survey.Options.grace`, as it may pass by itself; nil: one look tells.
    public var moves: String? { Self.moving[name] }

    private static let moving = [
        "reachable": "a server that is too busy to answer",
        "hosts-connected": "a host that the vCenter calls not responding",
        "datastore-accessible": "storage that comes back", "datastore-space": "what others delete",
        "capacity": "what runs on the hosts", "ssh": "a node that is too busy to answer",
        "packages": "a mirror that is too busy to answer", "disk": "what is written and deleted there",
        "vcenter-from-node": "the way there", "esxi-names": "a resolver that is too busy to answer",
        "esxi-https": "the way there", "esxi-vnc": "the way there",
    ]

    /// A row of `docs/reference/checks.md`.
    var row: String { "| `\(name)` | \(title) | \(weight.rawValue) | \(moves ?? "–") |" }
}
