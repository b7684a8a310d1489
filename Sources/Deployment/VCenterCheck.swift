import Foundation
import Rendering
import Topology
import VSphere

extension Deployment {
    /// What would only fail late: every vCenter takes our login and has each cluster, once, with hosts, with a
    /// datastore that Nova would take and with the port groups of the lab's networks. Changes nothing.
    func checkVCenters(_ secrets: [SecretName: Secret]) async throws {
        let problems = try await forEach(lab.vcenters, atMost: options.maxWorkers) { vcenter in
            if vcenter.trust == .insecure {
                report(
                    .warning(
                        node: vcenter.name,
                        "its certificate is NOT verified (insecure: true): anyone between can read the password"))
            }
            return try await findings(at: vcenter, secrets)
        }.flatMap(\.self)
        guard problems.isEmpty else { throw DeploymentProblem(what: problems.joined(separator: "\n")) }
    }

    /// What is wrong with one vCenter; one that does not let us in is a problem of its own, with its own hint.
    private func findings(at vcenter: VCenter, _ secrets: [SecretName: Secret]) async throws -> [String] {
        let inventory: Inventory
        do {
            let connection = try await VCenterConnection.open(endpoint(of: vcenter, secrets))
            inventory = try await connection.inventory()
            try await connection.logout()
        } catch {
            if error.kind == .cancelled { throw CancellationError() }
            return [error.told(of: vcenter.name)]
        }
        let found = vcenter.clusters.flatMap { cluster in
            inventory.problems(of: cluster, in: vcenter.datacenter, networks: lab.networks)
        }
        guard let last = found.last else { return [] }
        let hint = "\n  hint: mend it in vCenter, or in \(lab.file):\(vcenter.mark)"
        return (found.dropLast() + [last + hint]).map { "vCenter \(vcenter.name): \($0)" }
    }
}

extension VSphereError {
    /// The error with the vCenter's name in the topology beside its address.
    func told(of name: String) -> String {
        let known =
            switch kind {
            case .unreachable: hint ?? "is the vCenter's address right, and does this machine reach it?"
            // Nova has to trust it too, and knows no thumbprints.
            case .untrustedCertificate: "give the certificate of the authority that signed it, in PEM, as ca_file"
            default: hint
            }
        return "vCenter \(name) (\(server)): \(doing): \(reason)" + (known.map { "\n  hint: \($0)" } ?? "")
    }
}

extension Inventory {
    /// What keeps Nova's driver from working with a cluster.
    func problems(
        of wanted: Topology.Cluster, in datacenter: String, networks: [ProviderNetwork]
    ) -> [String] {
        let found = clusters(named: wanted.clusterName)
        guard let cluster = found.first, found.count == 1 else {
            let names = clusters.map(\.name).sorted().joined(separator: ", ")
            return found.isEmpty
                ? ["there is no cluster “\(wanted.clusterName)”; there are \(names.isEmpty ? "none" : names)"]
                : ["there are \(found.count) clusters “\(wanted.clusterName)”, and Nova would take any of them"]
        }
        if let actual = self.datacenter(above: cluster.parent), actual.name != datacenter {
            return ["cluster “\(wanted.clusterName)” is in datacenter “\(actual.name)”, not in “\(datacenter)”"]
        }
        return (usableHosts(cluster) + usableDatastores(cluster, wanted.datastoreRegex) + portGroups(cluster, networks))
            .map { "cluster “\(wanted.clusterName)”: \($0)" }
    }

    private func usableHosts(_ cluster: ClusterComputeResource) -> [String] {
        let usable = hosts(of: cluster).filter { $0.connectionState == "connected" && !$0.inMaintenanceMode }
        return usable.isEmpty ? ["none of its \(cluster.hosts.count) hosts is connected and out of maintenance"] : []
    }

    /// Python's `re.match` is anchored at the start only, as `prefixMatch` is.
    private func usableDatastores(_ cluster: ClusterComputeResource, _ expression: String?) -> [String] {
        let all = datastores(of: cluster)
        guard let expression else {
            return all.contains(where: \.isUsableByNova) ? [] : ["it has no datastore that Nova can use"]
        }
        guard let regex = try? Regex(expression) else { return ["datastore_regex “\(expression)” cannot be read"] }
        let matching = all.filter { (try? regex.prefixMatch(in: $0.name)) != nil }
        if matching.contains(where: \.isUsableByNova) { return [] }
        let names = all.map(\.name).sorted().joined(separator: ", ")
        return ["datastore_regex “\(expression)” matches none of its usable datastores (\(names))"]
    }

    /// Nova names the network of a standard port group after the Neutron network's id (`nova/network/neutron.py`), so
    /// that only a distributed one can be met by a name of ours.
    private func portGroups(_ cluster: ClusterComputeResource, _ wanted: [ProviderNetwork]) -> [String] {
        let all = networks(of: cluster)
        return wanted.compactMap { network in
            guard let group = network.portGroup else { return nil }
            let found = all.filter { $0.name == group }
            if found.contains(where: { $0.kind == .distributed }) { return nil }
            guard found.isEmpty else {
                return
                    "port group “\(group)” (network \(network.name)) is a standard one; Nova attaches instances only to "
                    + "port groups of a distributed switch"
            }
            let names = all.filter { $0.kind == .distributed }.map(\.name).sorted().joined(separator: ", ")
            return "it has no port group “\(group)” (network \(network.name)); its distributed ones are \(names)"
        }
    }
}

extension Datastore {
    /// As Nova's `ds_util` judges it.
    fileprivate var isUsableByNova: Bool {
        ["VMFS", "NFS", "NFS41", "vsan"].contains(type) && accessible && (maintenanceMode ?? "normal") == "normal"
    }
}
