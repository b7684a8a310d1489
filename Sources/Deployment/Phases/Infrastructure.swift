import Rendering
import SSH
import Topology
import Uploads
import Wording

/// Databases of the control plane, each with the account that uses it.
let controlPlaneDatabases: [(database: String, user: String)] = [
    ("keystone", "keystone"), ("glance", "glance"), ("placement", "placement"), ("nova_api", "nova"),
    ("nova_cell0", "nova"), ("nova", "nova"), ("neutron", "neutron"),
]

extension LabView {
    /// The clocks of all nodes; MariaDB with its databases and accounts, RabbitMQ with its user, memcached.
    func infrastructureSteps() -> [Step] {
        guard let view = controller else { return [] }
        let clocks = nodes.map { unitStep(.infrastructure, $0, "start chrony", ["chrony"]) }
        let mariadb = unitStep(.infrastructure, view, "start MariaDB", ["mariadb"])
        let rabbit = unitStep(
            .infrastructure, view, "start RabbitMQ and memcached", ["rabbitmq-server", "memcached"])
        return (clocks + [mariadb, databaseAccounts(view, after: mariadb), rabbit, queueAccount(view, after: rabbit)])
            .compactMap(\.self)
    }

    /// After these, databases and message queue answer.
    ///
    /// What a plan does not hold counts as done, and what that would have waited for is then not waited for; so a
    /// step names all that it needs, however far ahead.
    var serversUp: [String] {
        ["start MariaDB", "start RabbitMQ and memcached"].map { Step.id(controller?.name, $0) }
    }

    /// After these, Keystone answers and knows every service.
    var identityUp: [String] {
        serversUp + [Step.id(controller?.name, "start Keystone"), Step.id(nil, "make users and the catalogue")]
    }

    /// After these, every API answers.
    var apisUp: [String] { identityUp + [Step.id(controller?.name, "start the APIs")] }

    private func databaseAccounts(_ view: NodeView, after mariadb: Step?) -> Step? {
        let stamp = Script.Stamp(
            name: "database-accounts", value: sha256(of: controlPlaneDatabases.map { secret(.database($0.user)) }))
        let missing = controlPlaneDatabases.map(\.database).filter { !view.facts.databases.contains($0) }
        guard !missing.isEmpty || view.facts.stamps[stamp.name] != stamp.value else { return nil }
        let statements = controlPlaneDatabases.map { database, user in
            let password = secret(.database(user))
            return ["localhost", "127.0.0.1", "%"].map { host in
                """
                CREATE USER IF NOT EXISTS '\(user)'@'\(host)';
                ALTER USER '\(user)'@'\(host)' IDENTIFIED BY '\(password)';
                GRANT ALL ON \(database).* TO '\(user)'@'\(host)';
                """
            }.joined(separator: "\n") + "\nCREATE DATABASE IF NOT EXISTS \(database) CHARACTER SET utf8;"
        }
        let text = "mysql <<'SQL'\n\(statements.joined(separator: "\n"))\nSQL\n"
        return Step(
            .infrastructure, on: view.name, "make databases and their accounts",
            because: missing.isEmpty ? "the accounts differ" : "\(missing.count) databases are missing",
            .run(Script(text: text, timeoutSeconds: 60, stamp: stamp)), after: [mariadb?.id].compactMap(\.self))
    }

    private func queueAccount(_ view: NodeView, after rabbit: Step?) -> Step? {
        let stamp = Script.Stamp(name: "queue-account", value: sha256(of: [secret(.messageQueue)]))
        guard view.facts.stamps[stamp.name] != stamp.value || rabbit != nil else { return nil }
        let password = shellQuoted(secret(.messageQueue))
        // The password goes through standard input: RabbitMQ's own way to keep it out of the process list.
        let text = """
            rabbitmqctl -q await_startup --timeout 180
            printf '%s\\n' \(password) | rabbitmqctl -q add_user openstack 2>/dev/null ||
              printf '%s\\n' \(password) | rabbitmqctl -q change_password openstack
            rabbitmqctl -q set_permissions openstack '.*' '.*' '.*'

            """
        return Step(
            .infrastructure, on: view.name, "make the message queue's account",
            because: rabbit == nil ? "it is not made yet" : "RabbitMQ starts",
            .run(Script(text: text, timeoutSeconds: 240, stamp: stamp)), after: [rabbit?.id].compactMap(\.self))
    }

    /// A step that starts those units of a group which need it, once their files are there; nil if none does.
    func unitStep(
        _ phase: Phase, _ view: NodeView, _ title: String, _ group: [String], awaiting ports: [Int] = [],
        after: [String] = []
    ) -> Step? {
        let restarts = view.restarts(among: group)
        guard let first = restarts.first else { return nil }
        let others = restarts.count == 1 ? "" : ", and \(restarts.count - 1) more"
        return Step(
            phase, on: view.name, title, because: "\(first.unit): \(first.reason)\(others)",
            .units(UnitChange(restart: restarts.map(\.unit), awaitPorts: ports, portHolders: group)),
            after: [Step.id(view.name, "write files")] + after)
    }

    func secret(_ name: SecretName) -> String {
        guard let secret = secrets[name] else { preconditionFailure("no secret \(name)") }
        return secret.reveal()
    }
}
