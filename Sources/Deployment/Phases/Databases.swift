import Rendering
import SSH
import Wording

/// How one service's database is brought to its release.
private struct Migration {
    var service: String
    var package: String
    var command: String
    /// Earlier steps of the same lane: two lanes keep two cores busy, more would only fight.
    var after: [String]
    var minutes = 10
}

extension LabView {
    /// Each service's database migrated, in two lanes: Keystone first in one, Nova in the other.
    func databaseSteps() -> [Step] {
        guard let view = controller else { return [] }
        let accounts = Step.id(view.name, "make databases and their accounts")
        let ready = [Step.id(view.name, "write files"), Step.id(view.name, "start MariaDB"), accounts]
        return migrations(view).compactMap { migration in
            let stamp = Script.Stamp(
                name: "database-\(migration.service)", value: view.facts.packages[migration.package] ?? "unknown")
            let found = view.facts.stamps[stamp.name]
            let there = controlPlaneDatabases.filter { $0.user == migration.service }
                .allSatisfy { view.facts.databases.contains($0.database) }
            guard found != stamp.value || !there else { return nil }
            return Step(
                .databases, on: view.name, "migrate \(migration.service)",
                because: found == nil || !there ? "it is not done yet" : "the package is another version",
                .run(Script(text: migration.command, timeoutSeconds: migration.minutes * 60, stamp: stamp)),
                after: ready + migration.after.map { Step.id(view.name, $0) })
        }
    }

    private func migrations(_ view: NodeView) -> [Migration] {
        [
            Migration(
                service: "keystone", package: "keystone", command: keystoneMigration(view),
                after: ["start RabbitMQ and memcached"]),
            Migration(
                service: "glance", package: "glance-api",
                command: "su -s /bin/sh glance -c 'glance-manage db_sync'\n", after: ["migrate keystone"]),
            Migration(
                service: "placement", package: "placement-api",
                command: "su -s /bin/sh placement -c 'placement-manage db sync'\n", after: ["migrate glance"]),
            Migration(
                service: "neutron", package: "neutron-api",
                command: """
                    su -s /bin/sh neutron -c 'neutron-db-manage --config-file /etc/neutron/neutron.conf \
                    --config-file /etc/neutron/plugins/ml2/ml2_conf.ini upgrade head'

                    """, after: ["migrate placement"]),
            Migration(service: "nova", package: "nova-api", command: novaMigration, after: []),
        ]
    }

    private func keystoneMigration(_ view: NodeView) -> String {
        let url = shellQuoted("http://\(view.node.address):5000/v3/")
        return """
            su -s /bin/sh keystone -c 'keystone-manage db_sync'
            keystone-manage fernet_setup --keystone-user keystone --keystone-group keystone
            keystone-manage credential_setup --keystone-user keystone --keystone-group keystone
            OS_BOOTSTRAP_PASSWORD=\(shellQuoted(secret(.admin))); export OS_BOOTSTRAP_PASSWORD
            keystone-manage bootstrap --bootstrap-region-id RegionOne --bootstrap-admin-url \(url) \
            --bootstrap-internal-url \(url) --bootstrap-public-url \(url)
            chown -R keystone:keystone /var/log/keystone

            """
    }

    /// `create_cell` answers 2 when a cell with the same database and queue exists.
    private var novaMigration: String {
        """
        as_nova() { su -s /bin/sh nova -c "$1"; }
        as_nova 'nova-manage api_db sync'
        as_nova 'nova-manage cell_v2 map_cell0'
        as_nova 'nova-manage cell_v2 create_cell --name cell1' || [ $? -eq 2 ]
        as_nova 'nova-manage db sync'

        """
    }
}
