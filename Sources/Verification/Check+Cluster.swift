import Foundation
import OpenStack
import VSphere
import Wording

/// Checks of a vCenter's cluster, before an instance is made in it.
extension Check {
    static let vcenterLogin = Check(.vcenterLogin, in: .vcenter, within: .login) { evidence, setting in
        guard let place = setting.place else { return unknownPlace }
        let session = try await setting.access.vcenters.session(with: place.vcenter)
        evidence.inventory = try await session.inventory()
        return .passed("\(place.vcenter.name), version \(session.about.version)")
    }

    static let vcenterCluster = cluster(.vcenterCluster) { evidence, place, cluster, _ in
        let hosts = evidence.inventory?.hosts(of: cluster) ?? []
        let unusable = hosts.filter { !$0.isUsable }
        let verdict = CheckVerdict.cluster(cluster, hosts: hosts, vcenter: place.vcenter.name)
        if verdict.isPassed {
            for host in unusable {
                evidence.warnings.append(
                    "\(place.vcenter.name): ESXi \(host.name) of \(cluster.name) is \(host.trouble)")
            }
        }
        return verdict
    }

    static let datastoreRoom = cluster(.datastoreRoom, needs: [.image]) { evidence, place, cluster, setting in
        let parts = try setting.ingredients.get()
        let stores = evidence.inventory?.datastores(of: cluster).filter { place.mayHold($0) } ?? []
        return .datastoreRoom(stores, regex: place.cluster.datastoreRegex, for: parts, vcenter: place.vcenter.name)
    }

    static let portGroup = cluster(.portGroup) { evidence, place, cluster, setting in
        guard let name = setting.network?.portGroup else { return .skipped("the network has no port_group") }
        guard let inventory = evidence.inventory else { return .skipped("the vCenter told nothing") }
        let networks = inventory.networks(of: cluster)
        let lacking = networks.first { $0.name == name }.map { inventory.hosts(of: cluster, without: $0) } ?? []
        return .portGroup(name, networks: networks, lacking: lacking.map(\.name), vcenter: place.vcenter.name)
    }

    /// A check that judges the cluster in what the vCenter has.
    private static func cluster(
        _ name: CheckName, needs: [CheckName] = [],
        _ judge:
            @escaping @Sendable (inout Evidence, Place, ClusterComputeResource, Setting) throws -> CheckVerdict
    ) -> Check {
        Check(name, in: .vcenter, needs: [.vcenterLogin] + needs) { evidence, setting in
            guard let place = setting.place else { return unknownPlace }
            let found = evidence.inventory?.clusters(named: place.cluster.clusterName) ?? []
            guard let cluster = found.first, found.count == 1 else {
                let reason = "\(place.vcenter.name): has \(found.count) clusters \(place.cluster.clusterName)"
                return .failed(CheckFailure(layer: .vcenter, reason: reason, look: "the inventory in vCenter"))
            }
            return try judge(&evidence, place, cluster, setting)
        }
    }
}

extension HostSystem {
    /// Why Nova does not count on it.
    var trouble: String { inMaintenanceMode ? "in maintenance mode" : connectionState }
}

/// What a vCenter shows of a cluster, judged.
extension CheckVerdict {
    static func cluster(_ cluster: ClusterComputeResource, hosts: [HostSystem], vcenter: String) -> CheckVerdict {
        func failed(_ reason: String, _ look: String) -> CheckVerdict {
            let reason = "\(vcenter): cluster \(cluster.name) \(reason)"
            return .failed(CheckFailure(layer: .vcenter, reason: reason, look: look))
        }
        let settings = "the cluster's settings in vCenter, vSphere DRS"
        if cluster.drs.enabled == false {
            return failed("has DRS off: Nova relies on it to choose an ESXi host", settings)
        }
        if let behavior = cluster.drs.defaultVmBehavior, behavior != "fullyAutomated" {
            return failed("has DRS \(behavior): it has to be fully automated for Nova", settings)
        }
        guard !hosts.isEmpty else { return failed("has no ESXi host", "the inventory in vCenter") }
        guard hosts.contains(where: \.isUsable) else {
            let list = hosts.map { "\($0.name) is \($0.trouble)" }.joined(separator: ", ")
            return failed("has no ESXi host to run on: \(list)", "the hosts in vCenter")
        }
        return .passed("\(hosts.count { $0.isUsable }) of \(hosts.count) ESXi hosts usable, DRS fully automated")
    }

    /// - Parameter stores: those that Nova may use.
    static func datastoreRoom(
        _ stores: [Datastore], regex: String?, for parts: Ingredients, vcenter: String
    ) -> CheckVerdict {
        func failed(_ reason: String) -> CheckVerdict {
            let look = "the datastores in vCenter"
            return .failed(CheckFailure(layer: .vcenter, reason: "\(vcenter): \(reason)", look: look))
        }
        let named = regex.map { " that datastore_regex \"\($0)\" matches" } ?? ""
        let usable = stores.filter { ["normal", nil].contains($0.maintenanceMode) }
        guard let roomiest = usable.max(by: { $0.freeSpace < $1.freeSpace }) else {
            return failed("has no accessible datastore\(named)")
        }
        let disk = max(Int64(parts.flavor.disk) << 30, parts.image.virtualSize ?? 0)
        let wanted = disk + (parts.image.size ?? 0)
        guard roomiest.freeSpace >= wanted else {
            let free = "\(ByteCount.inGiB(roomiest.freeSpace)) of \(ByteCount.inGiB(roomiest.capacity)) are free"
            return failed("no datastore\(named) has \(ByteCount.inGiB(wanted)) free; on \(roomiest.name) \(free)")
        }
        return .passed("\(ByteCount.inGiB(roomiest.freeSpace)) free on \(roomiest.name)")
    }

    /// - Parameter lacking: hosts of the cluster that do not have it.
    static func portGroup(
        _ name: String, networks: [VSphere.Network], lacking: [String], vcenter: String
    ) -> CheckVerdict {
        func failed(_ reason: String) -> CheckVerdict {
            let look = "the networking of the cluster in vCenter"
            return .failed(CheckFailure(layer: .vcenter, reason: "\(vcenter): \(reason)", look: look))
        }
        guard let network = networks.first(where: { $0.name == name }) else {
            let known = networks.map(\.name).sorted().joined(separator: ", ")
            return failed("has no port group \(name) in the cluster; it has \(known.isEmpty ? "none" : known)")
        }
        guard network.kind == .distributed else {
            return failed("port group \(name) is not one of a distributed switch; Nova attaches to no other")
        }
        guard lacking.isEmpty else { return failed("port group \(name) is not on \(lacking.joined(separator: ", "))") }
        return .passed(name)
    }
}
