import Foundation
import Release

/// What Nova's own documentation says of its drivers, release by release: `operation.*` of
/// `doc/source/user/support-matrix.ini` (until Pike `doc/source/support-matrix.ini`) in Nova's sources, Kilo to 2026.1.
enum SupportMatrix {
    /// Nova's words. `unknown` means that nobody has said.
    enum Level: String, Sendable { case complete, missing, unknown }

    enum Operation: String, Sendable, CaseIterable {
        case attachVolume = "attach-volume"
        case evacuate
        case liveMigrate = "live-migrate"
        case reboot, resize, snapshot
    }

    enum Driver: String, Sendable, CaseIterable {
        case kvm = "libvirt-kvm-x86"
        case qemu = "libvirt-qemu-x86"
        case lxc = "libvirt-lxc"
        case vmware
    }

    /// From a release on; only what changed since the one before is written down.
    private struct Since {
        let release: String
        let levels: [(Operation, Driver, Level)]
    }

    private static let table: [Since] = [
        // No release before has a matrix; what is the same in Kilo is taken for them.
        Since(
            release: "havana",
            levels: everywhere(.reboot) + everywhere(.resize) + everywhere(.snapshot) + everywhere(.attachVolume)
                + everywhere(.liveMigrate) + Driver.allCases.map { (.evacuate, $0, .unknown) } + [
                    (.resize, .lxc, .missing), (.snapshot, .lxc, .missing), (.attachVolume, .lxc, .missing),
                    (.liveMigrate, .lxc, .missing), (.liveMigrate, .vmware, .missing),
                ]),
        Since(release: "liberty", levels: [(.evacuate, .kvm, .complete)]),
        Since(release: "stein", levels: [(.liveMigrate, .vmware, .complete)]),
    ]

    private static func everywhere(_ operation: Operation) -> [(Operation, Driver, Level)] {
        Driver.allCases.map { (operation, $0, .complete) }
    }

    /// - Parameter release: as topologies have it: `zed`, `2025.1`; one that is not known counts as the newest.
    static func level(_ operation: Operation, _ driver: Driver, in release: String) -> Level {
        let place = ReleaseOrder.place(of: release) ?? ReleaseOrder.names.count
        return table.filter { (ReleaseOrder.place(of: $0.release) ?? 0) <= place }.flatMap(\.levels)
            .last { $0.0 == operation && $0.1 == driver }?.2 ?? .unknown
    }

    /// A cloud tells the newest microversion of its compute API, by which releases can be told apart where it matters
    /// here: Stein brought 2.72 (`nova/api/openstack/rest_api_version_history.rst`).
    static func release(ofComputeAPI version: String?) -> String {
        guard let parts = version?.split(separator: ".").compactMap({ Int($0) }), parts.count == 2 else { return "" }
        if parts[0] > 2 || parts[1] >= 72 { return "stein" }
        return parts[1] >= 12 ? "liberty" : "kilo"
    }
}

extension SupportMatrix.Driver {
    /// nil: the matrix does not have it.
    init?(_ driver: Subject.Driver) {
        switch driver {
        case .libvirt(.kvm): self = .kvm
        case .libvirt(.qemu): self = .qemu
        case .libvirt(.lxc): self = .lxc
        case .vcenter: self = .vmware
        default: return nil
        }
    }
}
