import Access
import Foundation
import OpenStack
import Preflight
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
        let verdict = CheckVerdict.cluster(cluster, hosts: hosts, vcenter: place.vcenter.name)
        guard verdict.isPassed else {
            // A vCenter calls a busy host not responding for a moment.
            return hosts.contains { $0.connectionState == "notResponding" } ? .moving(verdict) : .settled(verdict)
        }
        evidence.warnings += hosts.filter { !$0.isUsable }.map { host in
            "\(place.vcenter.name): ESXi \(host.name) of \(cluster.name) is \(host.trouble)"
        }
        if let words = PlacementByDRS(cluster, hosts: hosts.count).words {
            evidence.warnings.append("\(place.vcenter.name): cluster \(cluster.name): \(words)")
        }
        return .settled(verdict)
    }

    static let datastoreRoom = cluster(.datastoreRoom, needs: [.image]) { evidence, place, cluster, setting in
        let parts = try setting.ingredients.get()
        let regex = place.cluster.datastoreRegex
        guard let stores = evidence.inventory?.datastoresForNova(of: cluster, matching: regex).usable else {
            return .settled(.unreadable(regex))
        }
        let room = CheckVerdict.room(on: stores, for: parts)
        if let warning = CheckVerdict.datastoreWarning(room, for: parts) {
            evidence.warnings.append("\(place.vcenter.name): \(warning)")
        }
        return .untilPassed(.datastoreRoom(room, regex: regex, for: parts, vcenter: place.vcenter.name))
    }

    static let portGroup = cluster(.portGroup) { evidence, place, cluster, setting in
        guard let name = setting.network?.portGroup else { return .settled(.skipped("the network has no port_group")) }
        guard let inventory = evidence.inventory else { return .settled(.skipped("the vCenter showed nothing")) }
        let networks = inventory.networks(of: cluster)
        let verdict = CheckVerdict.portGroup(name, networks: networks, vcenter: place.vcenter.name)
        let lacking = networks.first { $0.isNamed(name) }.map { inventory.hosts(of: cluster, without: $0) } ?? []
        if verdict.isPassed, !lacking.isEmpty {
            evidence.warnings.append(
                "\(place.vcenter.name): port group \(name) is not on \(lacking.map(\.name).joined(separator: ", ")), so "
                    + "DRS cannot use it for instances")
        }
        return .settled(verdict)
    }

    /// A check that judges the cluster in what the vCenter has, and reads that again as long as it moves.
    private static func cluster(
        _ name: CheckName, needs: [CheckName] = [],
        _ judge: @escaping @Sendable (inout Evidence, Place, ClusterComputeResource, Setting) throws -> Sighting
    ) -> Check {
        Check(name, in: .vcenter, needs: [.vcenterLogin] + needs, within: .waiting(\.vcenter)) { evidence, setting in
            guard let place = setting.place else { return unknownPlace }
            var isFirst = true
            return try await Polling(limit: setting.grace.vcenter, pause: .seconds(3)).verdict {
                if !isFirst {
                    let session = try await setting.access.vcenters.session(with: place.vcenter)
                    evidence.inventory = try await session.inventory()
                }
                isFirst = false
                let meaning = evidence.inventory?.meaning(of: place.cluster, in: place.vcenter.datacenter) ?? .missing
                guard case .one(let cluster) = meaning else { return .settled(.noCluster(meaning, place)) }
                return try judge(&evidence, place, cluster, setting)
            }
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
        let placement = PlacementByDRS(cluster, hosts: hosts.count)
        guard !placement.isFatal else {
            return failed(
                "has DRS off: Nova relies on it to choose an ESXi host",
                "the cluster's settings in vCenter, vSphere DRS")
        }
        guard !hosts.isEmpty else { return failed("has no ESXi host", "the inventory in vCenter") }
        guard hosts.contains(where: \.isUsable) else {
            let list = hosts.map { "\($0.name) is \($0.trouble)" }.joined(separator: ", ")
            return failed("has no ESXi host to run on: \(list)", "the hosts in vCenter")
        }
        let drs = placement.words ?? "DRS fully automated"
        return .passed("\(hosts.count { $0.isUsable }) of \(hosts.count) ESXi hosts usable, \(drs)")
    }

    static func noCluster(_ meaning: ClusterMeaning, _ place: Place) -> CheckVerdict {
        let name = place.cluster.clusterName
        let words =
            switch meaning {
            case .one, .missing: "has no cluster \(name)"
            case .elsewhere(let places):
                "has cluster \(name) in datacenter \(places.joined(separator: ", ")), not in \(place.vcenter.datacenter)"
            case .several(let places):
                "has \(places.count) clusters \(name), and Nova takes whichever comes first: in datacenters "
                    + places.joined(separator: ", ")
            }
        let reason = "\(place.vcenter.name): \(words)"
        return .failed(CheckFailure(layer: .vcenter, reason: reason, look: "the inventory in vCenter"))
    }

    static func unreadable(_ regex: String?) -> CheckVerdict {
        .skipped(DatastoresForNova.unreadableWords(regex ?? ""))
    }

    /// - Parameter stores: those that Nova may use.
    static func room(on stores: [Datastore], for parts: Ingredients) -> DatastoreRoom {
        DatastoreRoom(
            stores, diskGB: parts.flavor.disk, imageBytes: parts.image.size ?? 0, fullBytes: fullBytes(parts))
    }

    /// What the image and a disk that is written to its end take.
    private static func fullBytes(_ parts: Ingredients) -> Int64 {
        max(Int64(parts.flavor.disk) << 30, parts.image.virtualSize ?? 0) + (parts.image.size ?? 0)
    }

    static func datastoreRoom(
        _ room: DatastoreRoom, regex: String?, for parts: Ingredients, vcenter: String
    ) -> CheckVerdict {
        func failed(_ reason: String) -> CheckVerdict {
            let look = "the datastores in vCenter"
            return .failed(CheckFailure(layer: .vcenter, reason: "\(vcenter): \(reason)", look: look))
        }
        let named = regex.map { " that datastore_regex \"\($0)\" matches" } ?? ""
        switch room {
        case .none: return failed("has no datastore\(named) that Nova can use")
        case .tooLittle(let roomiest):
            let free = "\(ByteCount.inGiB(roomiest.freeSpace)) of \(ByteCount.inGiB(roomiest.capacity)) are free"
            let wanted = max(Int64(parts.flavor.disk) << 30, parts.image.size ?? 0)
            return failed("no datastore\(named) has \(ByteCount.inGiB(wanted)) free; on \(roomiest.name) \(free)")
        case .tight(let roomiest), .enough(let roomiest):
            return .passed("\(ByteCount.inGiB(roomiest.freeSpace)) free on \(roomiest.name)")
        }
    }

    /// Where the instance starts, and its disk may run out of room; nil: nowhere.
    static func datastoreWarning(_ room: DatastoreRoom, for parts: Ingredients) -> String? {
        guard case .tight(let roomiest) = room else { return nil }
        return
            "\(ByteCount.inGiB(roomiest.freeSpace)) are free on \(roomiest.name), the roomiest datastore, and the image with "
            + "a full disk takes \(ByteCount.inGiB(fullBytes(parts)))"
    }

    static func portGroup(_ name: String, networks: [VSphere.Network], vcenter: String) -> CheckVerdict {
        func failed(_ reason: String) -> CheckVerdict {
            let look = "the networking of the cluster in vCenter"
            return .failed(CheckFailure(layer: .vcenter, reason: "\(vcenter): \(reason)", look: look))
        }
        let found = networks.filter { $0.isNamed(name) }
        guard !found.isEmpty else {
            let known = networks.map(\.name).sorted().joined(separator: ", ")
            return failed("has no port group \(name) in the cluster; it has \(known.isEmpty ? "none" : known)")
        }
        guard found.contains(where: { $0.kind == .distributed }) else {
            return failed("port group \(name) is not one of a distributed switch; Nova attaches to no other")
        }
        return .passed(name)
    }
}

extension VSphere.Network {
    /// By its name as it is, or as vCenter writes it.
    fileprivate func isNamed(_ name: String) -> Bool { self.name == name || storedName(self.name) == name }
}
