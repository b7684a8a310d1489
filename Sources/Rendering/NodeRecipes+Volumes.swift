import Release
import Topology

extension NodeRecipes {
    /// cinder.conf, for the API and the scheduler on controllers and for cinder-volume on storage nodes.
    func volumes() -> [Recipe] {
        let backends = lab.volumeBackends(of: node)
        let units =
            (isController ? units(.cinderAPI, .cinderScheduler) : []) + (backends.isEmpty ? [] : units(.cinderVolume))
        var values = cloud.tokenCheck(of: "cinder")
        values.merge(
            [
                "address": address, "storage_address": storageAddress, "host": .own(node.name),
                "transport_url": .text(cloud.transportURL),
                "database_url": .text(cloud.databaseURL("cinder", database: "cinder", from: node)),
                "image_url": .text(cloud.imageURL), "region": .text(cloud.region),
                "nova_user": cloud.credentials(of: "nova"),
                "is_volume": .flag(!backends.isEmpty),
                "enabled_backends": .text(backends.map(\.description).joined(separator: ",")),
                "has_lvm": .flag(backends.contains(.lvm)),
                "volume_group": .text(node.volumeGroup ?? Service.volumeGroup),
                "vsphere_backends": .list(backends.compactMap(vsphereBackend)),
            ]) { _, new in new }
        let conf = Recipe.service(
            "/etc/cinder/cinder.conf", group: "cinder", units: units, template: "cinder/cinder.conf", values)
        return [conf]
            + usedVCenters(backends).compactMap { authority($0, group: "cinder", units: self.units(.cinderVolume)) }
    }

    private func usedVCenters(_ backends: [VolumeBackend]) -> [VCenter] {
        backends.compactMap { if case .vcenter(let name) = $0 { lab.vcenter(name) } else { nil } }
    }

    /// The datastores of a vCenter's clusters, as one backend: Cinder places volumes among them.
    private func vsphereBackend(_ backend: VolumeBackend) -> TemplateValue? {
        guard case .vcenter(let name) = backend, let vcenter = lab.vcenter(name) else { return nil }
        let patterns = Set(vcenter.clusters.map(\.datastoreRegex))
        return .map([
            "name": .text(name), "vcenter": .text(vcenter.address), "port": .text(String(vcenter.port)),
            "username": .text(vcenter.username), "password": .text(cloud.secret(.vcenter(name))),
            "clusters": .list(vcenter.clusters.map { .text($0.clusterName) }),
            // One backend has one expression: where clusters differ, it takes every datastore of theirs.
            "datastore_regex": TemplateValue(patterns.count == 1 ? patterns.first ?? nil : nil),
            "ca_file": TemplateValue(vcenter.trust.needsAuthority ? authorityPath(vcenter, group: "cinder") : nil),
            "is_insecure": .flag(vcenter.trust == .insecure),
        ])
    }
}
