import Access
import Topology
import VSphere
import Wording

/// What the account may do on one object, of what Nova needs there.
public struct PrivilegeReport: Sendable, Equatable, Encodable {
    /// E.g. `datastore “shared-1”`.
    public var object: String
    /// The ids that Nova needs there.
    public var needed: [String]
    /// Of these, what the account has.
    public var had: [String]
    /// Of these, what it has not.
    public var missing: [String]
}

/// Objects of an inventory on which Nova needs privileges.
struct PrivilegeTargets {
    var server: VSphereServer
    var root: ManagedObjectReference
    var inventory: Inventory
    var networks: [String]

    struct Target {
        var reference: ManagedObjectReference
        var title: String
        var scopes: [RequiredPrivilege.Scope]

        var needed: [String] { RequiredPrivilege.all.filter { scopes.contains($0.scope) }.map(\.id) }
    }

    /// On an ESXi host alone everything is asked of its root folder, where its roles are given.
    var all: [Target] {
        let rootScopes: [RequiredPrivilege.Scope] =
            server.isESXi ? [.datacenter, .cluster, .datastore, .network] : [.root]
        let root = Target(reference: root, title: "the root folder", scopes: rootScopes)
        guard !server.isESXi else { return [root] }
        let datacenters = inventory.datacenters.filter { $0.name == server.datacenter }
            .map { Target(reference: $0.reference, title: "datacenter \(quoted($0.name))", scopes: [.datacenter]) }
        let pairs = server.clusters.compactMap { wanted in inventory.cluster(wanted, of: server).map { (wanted, $0) } }
        let clusters = pairs.map {
            Target(reference: $1.reference, title: "cluster \(quoted($1.name))", scopes: [.cluster])
        }
        let datastores = pairs.flatMap { wanted, cluster in
            inventory.datastoresForNova(of: cluster, matching: wanted.datastoreRegex).usable ?? []
        }.map { Target(reference: $0.reference, title: "datastore \(quoted($0.name))", scopes: [.datastore]) }
        let groups = pairs.flatMap { inventory.networks(of: $1) }.filter { networks.contains($0.name) && !$0.isUplink }
            .map { Target(reference: $0.reference, title: "port group \(quoted($0.name))", scopes: [.network]) }
        var seen = Set<ManagedObjectReference>()
        return ([root] + datacenters + clusters + datastores + groups)
            .filter { seen.insert($0.reference).inserted }
    }
}

extension PrivilegeTargets {
    /// Asks for all objects of one kind in one call, and for the kinds side by side.
    func reports(_ connection: VCenterConnection) async throws(VSphereError) -> [PrivilegeReport] {
        let targets = all
        var granted: [ManagedObjectReference: Set<String>] = [:]
        for needed in Set(targets.map(\.needed)) {
            let objects = targets.filter { $0.needed == needed }.map(\.reference)
            for answer in try await connection.privileges(needed, on: objects) {
                granted[answer.entity] = answer.granted
            }
        }
        return targets.map { target in
            let has = granted[target.reference] ?? []
            return PrivilegeReport(
                object: target.title, needed: target.needed, had: target.needed.filter(has.contains),
                missing: target.needed.filter { !has.contains($0) })
        }
    }
}
