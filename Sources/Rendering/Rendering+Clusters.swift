import Topology

extension Rendering {
    /// Launchpad bug 1329261: people and aggregates tell hypervisors apart by the cluster's name, and two vCenters with
    /// one name give two hypervisors that look alike.
    static func clusterNames(_ input: RenderInput) -> [RenderProblem] {
        var first: [String: String] = [:]
        return input.lab.vcenters.flatMap { vcenter in
            vcenter.clusters.compactMap { cluster in
                guard let other = first[cluster.clusterName] else {
                    first[cluster.clusterName] = vcenter.name
                    return nil
                }
                return problem(
                    input.lab, cluster.mark,
                    "\(other) has a cluster “\(cluster.clusterName)” as well as \(vcenter.name)",
                    hint: "give each cluster a name of its own in vCenter, or people will take one for the other",
                    isWarning: true)
            }
        }
    }
}
