import Planning
import Release
import Wording

/// What services are told: their accounts, their databases, their messages.
extension NodeSystem {
    var databaseAccounts: Script {
        let statements = Service.installed.flatMap { service in
            service.databases.map { sql(for: $0, of: service.user, secret(.database(service.user))) }
        }
        return Script(
            text: "mysql <<'SQL'\n\(statements.joined(separator: "\n"))\nSQL\n", timeoutSeconds: 60)
    }

    private func sql(for database: String, of user: String, _ password: String) -> String {
        ["localhost", "127.0.0.1", "%"].map { host in
            """
            CREATE USER IF NOT EXISTS '\(user)'@'\(host)';
            ALTER USER '\(user)'@'\(host)' IDENTIFIED BY '\(password)';
            GRANT ALL ON \(database).* TO '\(user)'@'\(host)';
            """
        }.joined(separator: "\n") + "\nCREATE DATABASE IF NOT EXISTS \(database) CHARACTER SET utf8;"
    }

    /// The account comes in a file that only RabbitMQ reads and that goes again: `add_user` takes a password from standard
    /// input too, but RabbitMQ 4.0 then waits for ever, and 4.3 crashes.
    var queueAccount: Script {
        let account = QueueAccount(password: secret(.messageQueue)).json
        let text = """
            deadline=$(($(date +%s) + 180))
            until timeout 60 rabbitmqctl -q await_startup --timeout 50; do
              if [ "$(date +%s)" -gt "$deadline" ]; then echo 'RabbitMQ does not come up' >&2; exit 1; fi
              sleep 1
            done
            folder=$(mktemp -d)
            trap 'rm -rf "$folder"' EXIT
            (umask 077; printf '%s\\n' \(shellQuoted(account)) > "$folder/account.json")
            chown -R rabbitmq "$folder"
            timeout 60 rabbitmqctl -q import_definitions "$folder/account.json"

            """
        return Script(text: text, timeoutSeconds: 320)
    }

    /// Waits until a process of Neutron takes messages from the queue of its core plugin.
    func neutronListens(on node: NodeView) -> Script {
        let unit = node.setup.distribution.unit(of: .neutronRPCServer)
        let log = node.setup.distribution.log(of: RunningDaemon(.neutronRPCServer))
        let text = """
            deadline=$(($(date +%s) + 180))
            until rabbitmqctl -q list_queues name consumers 2>/dev/null | grep -qE '^q-plugin[[:space:]]+[1-9]'; do
              if [ "$(date +%s)" -gt "$deadline" ]; then
                echo '\(unit) takes no messages; see \(log)' >&2; exit 1
              fi
              sleep 1
            done

            """
        return Script(text: text, timeoutSeconds: 200)
    }

    var discoverHosts: Script {
        Script(text: Self.shell(Service.discoverHosts, of: .nova) + "\n", timeoutSeconds: 120)
    }
}

// MARK: - Databases

extension NodeSystem {
    func migration(of name: Service.Name, on node: NodeView) -> Script? {
        guard let service = Service.named(name), let migration = service.migration else { return nil }
        var lines = migration.commands.map { Self.shell($0, of: service) }
        if service.catalogue?.isBootstrapped == true { lines += bootstrap(service, on: node) }
        return Script(
            text: lines.joined(separator: "\n") + "\n", timeoutSeconds: migration.minutes * 60)
    }

    private static func shell(_ command: Migration.Command, of service: Service) -> String {
        let words = command.words.joined(separator: " ")
        let line = command.asRoot ? words : "su -s /bin/sh \(service.user) -c '\(words)'"
        return line + (command.alsoSucceedsWith.map { " || [ $? -eq \($0) ]" } ?? "")
    }

    /// Makes the administrator, whose password comes by environment, and Keystone's entry in its own catalogue.
    private func bootstrap(_ keystone: Service, on node: NodeView) -> [String] {
        let url = shellQuoted(keystone.url(at: "\(node.node.address)"))
        let logs = node.setup.distribution.logs(of: keystone.name)
        return [
            "OS_BOOTSTRAP_PASSWORD=\(shellQuoted(secret(.admin))); export OS_BOOTSTRAP_PASSWORD",
            "keystone-manage bootstrap --bootstrap-region-id \(view.catalogue.region) --bootstrap-admin-url \(url) "
                + "--bootstrap-internal-url \(url) --bootstrap-public-url \(url)",
            "chown -R \(keystone.user):\(keystone.user) \(logs)",
        ]
    }
}
