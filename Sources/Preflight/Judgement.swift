import Access
package import Facts
package import Foundation
import Release
package import Topology
import VSphere
import Wording

/// From what was seen to findings: pure.
package struct Judgement: Sendable {
    /// Names of nodes, vCenters and clusters (`vc1/cluster_a`); empty: all.
    var limit: [String]

    package init(limit: [String]) { self.limit = limit }

    /// Names of nodes and servers that have to be looked at again, as what was found there may pass by itself; nil: none.
    package func again(_ sights: AllSights) -> Set<String>? { LookAgain(at: results(sights))?.names }

    /// What is said of a lab.
    package func report(
        on sights: AllSights, of setting: LabSetting, started: Date, seconds: Double
    ) -> PreflightReport {
        PreflightReport(
            lab: setting.lab.name, release: setting.release.name, started: started, seconds: seconds,
            results: results(sights))
    }

    /// How many instances fit.
    package func capacity(of lab: Lab, _ sights: [ServerSight]) -> CapacityReport {
        CapacityReport(
            lab: lab.name, clusters: sights.flatMap(computes).map(ComputeCapacity.init),
            unknown: sights.compactMap { sight in sight.failure.map { "\(sight.server.object): \($0)" } }
                + sights.flatMap(missing))
    }

    private func missing(_ sight: ServerSight) -> [String] {
        guard let facts = sight.facts else { return [] }
        let missing = sight.server.clusters.filter { facts.inventory.cluster($0, of: sight.server) == nil }
        return missing.map { cluster in
            "there is no cluster \(quoted(cluster.clusterName)) in datacenter \(quoted(sight.server.datacenter ?? "")) "
                + "of \(sight.server.object)"
        }
    }

    func results(_ sights: AllSights) -> [CheckResult] {
        sights.servers.flatMap(ofServer) + sights.nodes.flatMap(ofNode) + sights.outlooks.flatMap(ofOutlook)
    }

    private func ofServer(_ sight: ServerSight) -> [CheckResult] {
        let computes = computes(of: sight)
        let own = Check.all.flatMap { check -> [CheckResult] in
            switch check.examine {
            case .server(let examine): [check.result(sight.server.name, examine(sight))]
            case .inventory(let examine):
                [
                    sight.facts.map { check.result(sight.server.name, examine(sight, $0)) }
                        ?? check.skipped(sight.server.name, "it could not be read")
                ]
            default: []
            }
        }
        let ofComputes = computes.flatMap { compute -> [CheckResult] in
            let subject = compute.wanted.map { "\(sight.server.name)/\($0.name)" } ?? sight.server.name
            return Check.all.compactMap { check in
                guard case .compute(let examine) = check.examine else { return nil }
                return check.result(subject, examine(compute))
            }
        }
        return own + ofComputes
    }

    /// What each nova-compute drives of a server, as far as there is such a thing.
    func computes(of sight: ServerSight) -> [ComputeSight] {
        guard let facts = sight.facts else { return [] }
        let inventory = facts.inventory
        if sight.server.isESXi || facts.about.isESXi {
            guard sight.server.isESXi == facts.about.isESXi else { return [] }
            return [ComputeSight(esxi: sight, facts)]
        }
        return sight.server.clusters.compactMap { wanted in
            guard includes(wanted, of: sight.server), let cluster = inventory.cluster(wanted, of: sight.server) else {
                return nil
            }
            return ComputeSight(wanted, cluster, of: sight, facts)
        }
    }

    private func includes(_ cluster: Cluster, of server: VSphereServer) -> Bool {
        limit.isEmpty || limit.contains(server.name)
            || limit.contains("\(server.name)/\(cluster.name)")
    }

    private func ofNode(_ sight: NodeSight) -> [CheckResult] {
        Check.all.compactMap { check in
            switch check.examine {
            case .node(let examine): check.result(sight.node.name, examine(sight))
            case .facts(let examine):
                sight.facts.map { check.result(of: examine, sight, $0) }
                    ?? check.skipped(sight.node.name, "it could not be read")
            default: nil
            }
        }
    }

    private func ofOutlook(_ sight: OutlookSight) -> [CheckResult] {
        let subject = "\(sight.node) → \(sight.server)"
        return Check.all.compactMap { check in
            guard case .outlook(let examine) = check.examine else { return nil }
            switch sight.result {
            case .success(let outlook): return check.result(subject, examine(outlook))
            case .failure(let reason): return check.skipped(subject, reason.reason)
            }
        }
    }
}

extension Check {
    func result(_ subject: String, _ findings: [Finding]) -> CheckResult {
        CheckResult(
            check: name, title: title, subject: subject, outcome: findings.isEmpty ? .passed : .found(findings))
    }

    fileprivate func result(
        of examine: (NodeSight, NodeFacts) throws(NotRead) -> [Finding], _ sight: NodeSight, _ facts: NodeFacts
    ) -> CheckResult {
        do throws(NotRead) {
            return result(sight.node.name, try examine(sight, facts))
        } catch {
            return skipped(sight.node.name, error.reason)
        }
    }

    func skipped(_ subject: String, _ reason: String) -> CheckResult {
        CheckResult(check: name, title: title, subject: subject, outcome: .skipped(reason))
    }
}
