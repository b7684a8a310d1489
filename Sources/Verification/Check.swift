/// One thing that must be so for a hypervisor to be proven, as a value: `Check.all` lists them in their order.
struct Check: Sendable {
    let name: CheckName
    /// Where an error is seen that has no layer of its own.
    let layer: CheckFailure.Layer
    /// Checks that must have passed; it is skipped otherwise.
    let needs: [CheckName]
    /// Looks and judges. What it throws is a failure.
    let look: @Sendable (inout Evidence, Setting) async throws -> CheckVerdict

    init(
        _ name: CheckName, in layer: CheckFailure.Layer, needs: [CheckName] = [],
        look: @escaping @Sendable (inout Evidence, Setting) async throws -> CheckVerdict
    ) {
        self.name = name
        self.layer = layer
        self.needs = needs
        self.look = look
    }

    /// What proves a hypervisor: its instance boots, and does there what it should.
    static func proof(of driver: Subject.Driver) -> [Check] {
        let common = [serviceUp, hypervisorType, created, active, host]
        return switch driver {
        case .libvirt: common + [guestReady, guestAddress, guestMetadata, portBinding]
        case .vcenter: common + [noGuest, portBinding, vmFound, vmPower, vmCluster, vmDatastore, vmNetwork]
        case .other: common
        }
    }

    /// What must be so at the end, whatever happened before.
    static func cleanUp(of driver: Subject.Driver) -> [Check] {
        let common = [deleted, goneFromNova, goneFromNeutron, goneFromPlacement]
        return switch driver {
        case .libvirt: common + [goneFromLibvirt]
        case .vcenter: common + [goneFromVCenter]
        case .other: common
        }
    }
}
