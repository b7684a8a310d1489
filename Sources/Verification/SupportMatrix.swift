import Foundation
import Release
import Topology

/// What Nova's own documentation says of its drivers, release by release.
enum SupportMatrix {
    /// - Parameter release: as topologies have it: `zed`, `2025.1`; one that is not known counts as the newest.
    static func level(
        _ operation: MatrixColumn.Operation, _ kind: HypervisorKind, in release: String
    ) -> MatrixColumn.Level {
        let place = ReleaseOrder.place(of: release) ?? ReleaseOrder.names.count
        return kind.matrix?.level(operation) { (ReleaseOrder.place(of: $0) ?? 0) <= place } ?? .unknown
    }

    /// A cloud tells the newest microversion of its compute API, by which releases can be told apart where it matters
    /// here: Stein brought 2.72 (`nova/api/openstack/rest_api_version_history.rst`).
    static func release(ofComputeAPI version: String?) -> String {
        guard let parts = version?.split(separator: ".").compactMap({ Int($0) }), parts.count == 2 else { return "" }
        if parts[0] > 2 || parts[1] >= 72 { return "stein" }
        return parts[1] >= 12 ? "liberty" : "kilo"
    }
}
