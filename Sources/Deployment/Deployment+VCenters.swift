import Access
import Facts
import OpenStack
public import Preflight
import Rendering
import Topology
import VSphere

extension Deployment {
    /// The inventories of the lab's vCenters.
    ///
    /// - Parameter limit: names of vCenters; empty: all.
    public func inventories(limit: [String] = []) async throws -> [InventoryTree] {
        try await vcenterSurvey(limit).serverFacts().map { name, facts in
            InventoryTree(name, facts.about, facts.inventory)
        }
    }

    /// What the account of each vCenter may do, of what Nova needs.
    public func privileges(limit: [String] = []) async throws -> [ServerPrivileges] {
        try await vcenterSurvey(limit).serverFacts().map { name, facts in
            ServerPrivileges(server: name, objects: facts.privileges ?? [])
        }
    }

    /// Of vSphere servers alone.
    func vcenterSurvey(_ limit: [String]) async throws -> Survey {
        var options = Survey.Options()
        options.limit = limit
        options.looksAtNodes = false
        // No node is looked at, so no connection is opened that would have to be closed.
        return try survey(options, NodeLinks(targets: [:]), try await secrets(), kvm: { _ in nil })
    }

    /// What Nova owns in each cluster, and what only one of the two has.
    ///
    /// - Parameter limit: names of vCenters and clusters; empty: all.
    public func ownedMachines(limit: [String] = []) async throws -> [OwnedMachines] {
        let secrets = try await secrets()
        _ = try await vcenterSurvey(limit)  // says which name of the limit is unknown
        let servers = try await cloud(secrets).servers(namePrefix: "")
        let services = lab.computeServices.compactMap { service -> (host: String, reference: ClusterReference)? in
            guard case .vcenter(let reference) = service.driver else { return nil }
            let isWanted = limit.isEmpty || limit.contains(reference.vcenter) || limit.contains("\(reference)")
            return isWanted ? (service.host, reference) : nil
        }
        return try await forEach(services, atMost: options.maxWorkers) { service in
            try await ownedMachines(of: service.reference, on: service.host, servers, secrets)
        }
    }

    private func ownedMachines(
        of reference: ClusterReference, on host: String, _ servers: [Server], _ secrets: [SecretName: Secret]
    ) async throws -> OwnedMachines {
        guard let vcenter = lab.vcenter(reference.vcenter), let wanted = lab.cluster(reference) else {
            throw DeploymentProblem(what: "there is no cluster \(reference)")
        }
        let connection = try await VCenterConnection.open(endpoint(of: vcenter, secrets))
        let inventory = try await connection.inventory()
        guard case .one(let cluster) = inventory.meaning(of: wanted, in: vcenter.datacenter) else {
            throw DeploymentProblem(
                what: "vCenter \(vcenter.name) has not one cluster “\(wanted.clusterName)” in datacenter "
                    + "“\(vcenter.datacenter)”", hint: "`polyvisor preflight \(lab.file)` says what there is")
        }
        let machines = try await connection.managedVirtualMachines(inCluster: cluster.reference)
        try await connection.logout()
        let here = servers.filter { $0.host == host }
        return OwnedMachines(
            of: "\(reference)", machines: machines,
            instances: here.map { OwnedMachines.Instance(id: $0.id, name: $0.name, status: $0.status) },
            elsewhere: servers.filter { $0.host != host }.map {
                OwnedMachines.Elsewhere(id: $0.id, host: $0.host, status: $0.status)
            })
    }
}
