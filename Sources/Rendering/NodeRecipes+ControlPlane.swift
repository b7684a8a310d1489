import Topology

extension NodeRecipes {
    /// MariaDB, memcached, Keystone, Glance, Placement and the APIs' uwsgi files.
    func controlPlane() -> [Recipe] {
        [
            .open(
                "/etc/mysql/mariadb.conf.d/99-polyvisor.cnf", units: ["mariadb"], template: "mariadb/mariadb.cnf",
                ["is_disposable": .flag(lab.provider == .sandbox)]),
            .open("/etc/memcached.conf", units: ["memcached"], template: "memcached/memcached.conf"),
            .service(
                "/etc/keystone/keystone.conf", group: "keystone", units: ["keystone"],
                template: "keystone/keystone.conf",
                ["database_url": .text(cloud.databaseURL("keystone", database: "keystone"))]),
            store("glance", file: "glance-api.conf", unit: "glance-api"),
            store("placement", file: "placement.conf", unit: "placement-api"),
            ml2(),
            .open(
                "/etc/default/nova-consoleproxy", units: ["nova-novncproxy"], template: "nova/nova-consoleproxy"),
        ] + uwsgi()
    }

    /// A service with a database of its own name and nothing else to decide.
    private func store(_ service: String, file: String, unit: String) -> Recipe {
        .service(
            "/etc/\(service)/\(file)", group: service, units: [unit], template: "\(service)/\(file)",
            cloud.tokenCheck(of: service).merging(
                ["database_url": .text(cloud.databaseURL(service, database: service))]) { _, new in new })
    }

    private func uwsgi() -> [Recipe] {
        [
            ("keystone", "keystone"), ("glance", "glance-api"), ("placement", "placement-api"), ("nova", "nova-api"),
            ("nova", "nova-api-metadata"), ("neutron", "neutron-api"),
        ].map { service, unit in
            .open("/etc/\(service)/\(unit)-uwsgi.ini", units: [unit], template: "\(service)/\(unit)-uwsgi.ini")
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
