import Facts
import Topology
import VSphere
import Wording

extension Check {
    /// Whether instances fit on hosts, not only into sums.
    static let capacityChecks = [
        Check("capacity", "every flavor fits on one host's free CPU and memory", .proof, .compute(capacity))
    ]

    @Sendable private static func capacity(_ sight: ComputeSight) -> [Finding] {
        // Without a usable host there is nothing to count, and other checks say why.
        guard !sight.usableHosts.isEmpty else { return [] }
        let capacity = ComputeCapacity(sight)
        return capacity.flavors.filter { $0.byHosts == 0 && $0.limit != .datastores }.map { fit in
            let isVerified = fit.flavor == sight.setting.lab.verify.flavor
            // Hosts that are merely busy take one more: ESXi shares processors and swaps memory. What is larger than each
            // of them, none takes.
            let finding = Finding(
                isVerified && fit.limit == .hostSize ? .error : .warning,
                "flavor \(quoted(fit.flavor)) on \(sight.object)",
                expected: "room for one instance on one host", found: fit.words,
                why: "Placement counts the sum of the hosts' memory, whatever runs there (Launchpad bug 1462957)",
                remedy: "free a host, add one, or leave the flavor to other hypervisors")
            return fit.limit == .hostSize ? finding : finding.moving
        }
    }
}
