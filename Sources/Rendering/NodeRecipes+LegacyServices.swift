import Release
import Topology

/// The controller's services of Havana to Kilo beside Nova, and Cinder.
extension NodeRecipes {
    func legacyControlPlane() -> [Recipe] {
        [
            legacyMySQL(),
            legacyService(
                "/etc/keystone/keystone.conf", group: "keystone", units: units(.keystone),
                template: "keystone/keystone.conf",
                ["admin_token": .text(cloud.secret(.adminToken)), "database_url": legacyDatabase("keystone")]),
            glance(.glanceAPI, imageStore), glance(.glanceRegistry, [:]),
            dashboardSettings(), administratorsAccess(),
        ] + (lab.hasLegacyNeutron ? [] : [networkScript()])
    }

    private func glance(_ daemon: Daemon, _ values: [String: TemplateValue]) -> Recipe {
        let unit = distribution.unit(of: daemon)
        // Glance of Havana knows no rpc_backend, and one host of the queue only: where the API's address is.
        var access = legacyAccess(of: "glance")
        if cloud.release.isBefore("icehouse") { (access["rpc_backend"], access["rabbit_hosts"]) = (false, false) }
        access["database_url"] = legacyDatabase("glance")
        access["has_database_section"] = .flag(!cloud.release.isBefore("icehouse"))
        return legacyService(
            "/etc/glance/\(unit).conf", group: "glance", units: [unit], template: "glance/\(unit).conf",
            access.merging(values) { $1 })
    }

    /// Where Glance keeps images: files, and from Icehouse on the datastores of one vCenter.
    private var imageStore: [String: TemplateValue] {
        let release = cloud.release
        let vcenter = release.isBefore("icehouse") ? nil : lab.imageVCenter
        let hasSection = !release.isBefore("juno")
        let isList = !release.isBefore("kilo")
        let stores = vcenter?.imageDatastores ?? []
        return [
            "has_store_section": .flag(hasSection),
            "vmware_in_default": .flag(vcenter != nil && !hasSection),
            "vmware_in_section": .flag(vcenter != nil && hasSection),
            "vmware_host": .text(vcenter?.address ?? ""), "vmware_username": .text(vcenter?.username ?? ""),
            "vmware_password": .text(vcenter.map { cloud.secret(.vcenter($0.name)) } ?? ""),
            "vmware_datacenter": .text(vcenter?.datacenter ?? ""),
            "vmware_datastore": TemplateValue(isList ? nil : stores.first),
            "vmware_datastores": .list(
                isList ? stores.map { .text("\(vcenter?.datacenter ?? ""):\($0):100") } : []),
            "vmware_insecure": .text(vcenter?.trust == .insecure ? "True" : "False"),
        ]
    }

    private func dashboardSettings() -> Recipe {
        var settings = legacyOpen(
            "/etc/openstack-dashboard/local_settings.py", units: units(.apache), template: "horizon/local_settings.py",
            [
                "controller": controllerAddress, "secret_key": .text(Quoting.yaml(cloud.secret(.dashboard))),
                "memcached_servers": .list(cloud.memcachedServers.split(separator: ",").map { .text(String($0)) }),
            ])
        (settings.group, settings.mode, settings.isSecret) = ("www-data", 0o640, true)
        return settings
    }

    private func administratorsAccess() -> Recipe {
        var openrc = legacyOpen(
            "/root/admin-openrc", template: "admin/openrc",
            [
                "controller": controllerAddress, "region": .text(cloud.region),
                "admin_password": .text(Quoting.shell(cloud.secret(.admin))),
            ])
        (openrc.mode, openrc.isSecret) = (0o600, true)
        return openrc
    }

    /// The commands that put the topology's networks into nova-network's database.
    private func networkScript() -> Recipe {
        let settings = lab.novaNetworkSettings
        let networks = lab.networks.map { network -> TemplateValue in
            var (bridge, segment) = (settings.flatNetworkBridge, "")
            if case .vlan(_, let id) = network.type { (bridge, segment) = ("br\(id)", "--vlan=\(id)") }
            var more = network.gateway.map { " --gateway=\($0)" } ?? ""
            for (index, server) in network.dnsServers.prefix(2).enumerated() { more += " --dns\(index + 1)=\(server)" }
            return .map([
                "label": .text(Quoting.shell(network.name)), "cidr": .text(network.cidr.description),
                "size": .text(String(1 << (32 - network.cidr.prefixLength))), "segment": .text(segment),
                "bridge": .text(bridge), "interface": .text(bridgeInterface),
                "multi_host": .text(lab.isMultiHost ? "T" : "F"), "more": .text(more),
            ])
        }
        var script = legacyOpen("/root/create-networks", template: "nova/networks.sh", ["networks": .list(networks)])
        script.mode = 0o755
        return script
    }

    /// The interface of the first node that makes bridges.
    private var bridgeInterface: String {
        lab.nodes.lazy.filter(lab.runsNovaNetwork).compactMap(lab.dataInterface).first ?? "eth0"
    }

    // MARK: Cinder

    func legacyVolumes() -> [Recipe] {
        guard !lab.storageNodes.isEmpty else { return [] }
        let backends = lab.volumeBackends(of: node)
        let maps = backends.map { ($0.description, backend($0)) }
        let values: [String: TemplateValue] = [
            "address": address, "database_url": legacyDatabase("cinder"),
            "enabled_backends": TemplateValue(
                maps.count > 1 ? maps.map(\.0).joined(separator: ",") : nil),
            "single": maps.count == 1 ? .map(maps[0].1) : false,
            "several": maps.count > 1
                ? .list(maps.map { name, values in .map(values.merging(["name": .text(name)]) { $1 }) }) : .list([]),
        ]
        let units =
            (isController ? units(.cinderAPI, .cinderScheduler) : []) + (backends.isEmpty ? [] : units(.cinderVolume))
        return [
            legacyService(
                "/etc/cinder/cinder.conf", group: "cinder", units: units, template: "cinder/cinder.conf",
                legacyAccess(of: "cinder").merging(values) { $1 })
        ]
    }

    private func backend(_ backend: VolumeBackend) -> [String: TemplateValue] {
        switch backend {
        case .lvm:
            return [
                "lvm": .map([
                    "volume_group": .text(node.volumeGroup ?? Service.volumeGroup),
                    "iscsi_address": .text(node.address.description),
                ]), "vmdk": false,
            ]
        case .vcenter(let name):
            let vcenter = lab.vcenter(name)
            return [
                "lvm": false,
                "vmdk": .map([
                    "vmware_host": .text(vcenter?.address ?? ""), "vmware_username": .text(vcenter?.username ?? ""),
                    "vmware_password": .text(cloud.secret(.vcenter(name))),
                ]),
            ]
        }
    }
}

extension Lab {
    /// The vCenter in whose datastores Glance keeps images; a Glance of this era logs in to one.
    var imageVCenter: VCenter? { vcenters.first { !$0.imageDatastores.isEmpty } }
}
