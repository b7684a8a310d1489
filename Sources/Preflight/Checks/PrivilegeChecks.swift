import Facts

extension Check {
    /// The account's rights.
    static let privilegeChecks = [
        Check("privileges", "the account has every privilege that Nova needs", .proof, .inventory(privileges))
    ]

    /// One finding for all objects that lack the same: a role without a privilege lacks it everywhere.
    @Sendable private static func privileges(_ sight: ServerSight, _ facts: ServerFacts) -> [Finding] {
        guard let reports = facts.privileges else {
            return [
                .warning(
                    sight.server.object, expected: "to learn what the account may do",
                    found: "the server does not tell", why: why, remedy: "compare its role with Nova's list by hand")
            ]
        }
        let lacking = reports.filter { !$0.missing.isEmpty }
        let sets = Dictionary(grouping: lacking) { $0.missing }
        return lacking.map(\.missing).uniqued().map { missing in
            let objects = sets[missing, default: []].map(\.object)
            return .error(
                objects.joined(separator: ", "), expected: "the privileges of Nova's administrator guide",
                found: "the account lacks \(missing.joined(separator: ", "))", why: why,
                remedy: "add them to the account's role, with “Propagate to children” on the datacenter")
        }
    }

    private static let why =
        "what the driver may not do fails when an instance needs it (“NoPermission”), not at the start"
}

extension Array where Element: Hashable {
    func uniqued() -> [Element] {
        var seen = Set<Element>()
        return filter { seen.insert($0).inserted }
    }
}
