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
        try await serverFacts(limit).map { name, facts in InventoryTree(name, facts.about, facts.inventory) }
    }

    /// What the account of each vCenter may do, of what Nova needs.
    public func privileges(limit: [String] = []) async throws -> [ServerPrivileges] {
        try await serverFacts(limit).map { name, facts in
            ServerPrivileges(server: name, objects: facts.privileges ?? [])
        }
    }

    private func serverFacts(_ limit: [String]) async throws -> [(name: String, facts: ServerFacts)] {
        try await withAccess { access in try await vcenterSurvey(limit, access).serverFacts() }
    }

    /// Of vSphere servers alone.
    func vcenterSurvey(_ limit: [String], _ access: LabAccess) throws -> Survey {
        var options = Survey.Options()
        options.limit = limit
        options.looksAtNodes = false
        return try survey(options, access, kvm: { _ in nil })
    }

    /// What Nova owns in each cluster, and what only one of the two has.
    ///
    /// - Parameter limit: names of vCenters and clusters; empty: all.
    public func ownedMachines(limit: [String] = []) async throws -> [OwnedMachines] {
        try await withAccess { access in try await ownedMachines(limit, access) }
    }

    private func ownedMachines(_ limit: [String], _ access: LabAccess) async throws -> [OwnedMachines] {
        _ = try vcenterSurvey(limit, access)  // says which name of the limit is unknown
        let servers = try await access.cloud.servers(namePrefix: "")
        let services = lab.computeServices.compactMap { service -> (host: String, reference: ClusterReference)? in
            guard case .cluster(let reference) = service.driver else { return nil }
            let isWanted = limit.isEmpty || limit.contains(reference.vcenter) || limit.contains("\(reference)")
            return isWanted ? (service.host, reference) : nil
        }
        return try await forEach(services, atMost: options.maxWorkers) { service in
            try await ownedMachines(of: service.reference, on: service.host, servers, access)
        }
    }

    private func ownedMachines(
        of reference: ClusterReference, on host: String, _ servers: [Server], _ access: LabAccess
    ) async throws -> OwnedMachines {
        guard let vcenter = lab.vcenter(reference.vcenter), let wanted = lab.cluster(reference) else {
            throw DeploymentProblem(what: "there is no cluster \(reference)")
        }
        let connection = try await access.vcenters.session(with: vcenter)
        let inventory = try await connection.inventory()
        guard case .one(let cluster) = inventory.meaning(of: wanted, in: vcenter.datacenter) else {
            throw DeploymentProblem(
                what: "vCenter \(vcenter.name) has not one cluster “\(wanted.clusterName)” in datacenter "
                    + "“\(vcenter.datacenter)”", hint: "`polyvisor preflight \(lab.file)` says what there is")
        }
        let machines = try await connection.managedVirtualMachines(inCluster: cluster.reference)
        let here = servers.filter { $0.host == host }
        return OwnedMachines(
            of: "\(reference)", machines: machines,
            instances: here.map { OwnedMachines.Instance(id: $0.id, name: $0.name, status: $0.status) },
            elsewhere: servers.filter { $0.host != host }.map {
                OwnedMachines.Elsewhere(id: $0.id, host: $0.host, status: $0.status)
            })
    }
}
