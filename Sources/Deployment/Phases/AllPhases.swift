extension LabView {
    /// The plan that gives nodes their packages; what else they need shows only after it.
    func preparation(preseed: String, keepingLayers: Bool) -> Plan {
        Plan(packageSteps(preseed: preseed, keepingLayers: keepingLayers))
    }

    /// The plan that makes a cloud of prepared nodes.
    func plan() -> Plan {
        Plan(
            unwantedUnitSteps() + fileSteps() + infrastructureSteps() + databaseSteps() + identitySteps()
                + controlPlaneSteps() + computeSteps() + resourceSteps())
    }
}
