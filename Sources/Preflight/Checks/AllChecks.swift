extension Check {
    /// Every check, in the order in which a report has them.
    public static let all: [Check] =
        serverChecks + inventoryChecks + privilegeChecks + clusterChecks + datastoreChecks + networkChecks
        + capacityChecks + nodeChecks + outlookChecks
}
