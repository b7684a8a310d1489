import Release
import Topology

extension NodeRecipes {
    /// MariaDB, memcached, Keystone, Glance, Placement and the APIs' uwsgi files.
    func controlPlane() -> [Recipe] {
        [
            .open(
                "/etc/mysql/mariadb.conf.d/99-polyvisor.cnf", units: units(.mariadb), template: "mariadb/mariadb.cnf",
                [
                    "is_disposable": .flag(lab.provider == .sandbox), "bind_addresses": databaseAddresses,
                    "cluster_name": .text(lab.name), "address": address,
                    "cluster_addresses": .text(cloud.controllers.map(\.address.description).joined(separator: ",")),
                ]),
            .open(
                "/etc/memcached.conf", units: units(.memcached), template: "memcached/memcached.conf",
                ["address": cloud.isClustered ? address : "127.0.0.1"]),
            .service(
                "/etc/keystone/keystone.conf", group: "keystone", units: units(.keystone),
                template: "keystone/keystone.conf",
                ["database_url": .text(cloud.databaseURL("keystone", database: "keystone", from: node))]),
            store("glance", file: "glance-api.conf", .glanceAPI, imageStores),
            store("placement", file: "placement.conf", .placementAPI),
            ml2(),
            .open(
                "/etc/default/nova-consoleproxy", units: units(.novncProxy), template: "nova/nova-consoleproxy"),
        ] + uwsgi() + imageStoreFiles()
    }

    /// Locations of images are shown where there is a store for datastores; who may set them is kept to administrators.
    private func imageStoreFiles() -> [Recipe] {
        if cloud.imageStores.isEmpty { return [] }
        return cloud.imageStores.compactMap { authority($0, group: "glance", units: units(.glanceAPI)) } + [
            .open(
                "/etc/glance/policy.d/polyvisor-locations.yaml", units: units(.glanceAPI),
                template: "glance/policy-locations.yaml")
        ]
    }

    /// Where MariaDB listens: to the node itself, and to storage nodes where there are some that are no controllers.
    private var databaseAddresses: TemplateValue {
        let isAsked = cloud.hasVolumes && lab.storageNodes.contains { !$0.has(.controller) }
        return isAsked ? .own("127.0.0.1,\(node.address)") : "127.0.0.1"
    }

    /// A service with a database of its own name.
    private func store(
        _ service: String, file: String, _ daemon: Daemon, _ more: [String: TemplateValue] = [:]
    ) -> Recipe {
        var values = cloud.tokenCheck(of: service).merging(more) { _, new in new }
        values["database_url"] = .text(cloud.databaseURL(service, database: service, from: node))
        return .service(
            "/etc/\(service)/\(file)", group: service, units: units(daemon), template: "\(service)/\(file)", values)
    }

    /// Glance's stores.
    ///
    /// A store for datastores works only where `enabled_backends` is not used: there glance_store (to 5.7.0) looks for it
    /// by the type `vmware`, and it is registered by its scheme, `vsphere`. Zed keeps the form that its `up` was tried with.
    private var imageStores: [String: TemplateValue] {
        let vcenter = cloud.imageStores.first
        return [
            "has_backends": .flag(vcenter == nil && cloud.release.name != "zed"),
            "stores": .own(vcenter == nil ? "file,http" : "file,http,vmware"),
            "vsphere_stores": .list(vcenter.map { [vsphereStore($0)] } ?? []),
        ]
    }

    private func vsphereStore(_ vcenter: VCenter) -> TemplateValue {
        .map([
            "vcenter": .text(vcenter.address), "username": .text(vcenter.username),
            "password": .text(cloud.secret(.vcenter(vcenter.name))),
            "datastores": .list(vcenter.imageDatastores.map { .text("\(vcenter.datacenter):\($0):100") }),
            "ca_file": TemplateValue(vcenter.trust.needsAuthority ? authorityPath(vcenter, group: "glance") : nil),
            "is_insecure": .flag(vcenter.trust == .insecure),
        ])
    }

    private func uwsgi() -> [Recipe] {
        let services: [(Service, [Daemon])] = [
            (.keystone, [.keystone]), (.glance, [.glanceAPI]), (.placement, [.placementAPI]),
            (.nova, [.novaAPI, .novaMetadataAPI]), (.neutron, [.neutronAPI]),
            (.cinder, cloud.hasVolumes ? [.cinderAPI] : []),
        ]
        return services.flatMap { service, daemons in
            daemons.map { daemon in
                let (name, unit) = (service.name.rawValue, distribution.unit(of: daemon))
                return .open("/etc/\(name)/\(unit)-uwsgi.ini", units: [unit], template: "\(name)/\(unit)-uwsgi.ini")
            }
        }
    }

    /// How root reaches the cloud from the controller.
    func administrator() -> [Recipe] {
        let password = cloud.secret(.admin)
        let url = cloud.identityURL + "/v3"
        var openrc = Recipe.open(
            "/root/admin-openrc", units: [], template: "admin/admin-openrc",
            [
                "auth_url": .text(url), "region": .text(cloud.region),
                "admin_password": .text(Quoting.shell(password)),
            ])
        var clouds = Recipe.open(
            "/etc/openstack/clouds.yaml", units: [], template: "admin/clouds.yaml",
            [
                "cloud": .text(lab.name), "auth_url": .text(url), "region": .text(cloud.region),
                "admin_password": .text(Quoting.yaml(password)),
            ])
        (openrc.mode, openrc.isSecret) = (0o600, true)
        (clouds.mode, clouds.isSecret) = (0o600, true)
        return [openrc, clouds]
    }
}
