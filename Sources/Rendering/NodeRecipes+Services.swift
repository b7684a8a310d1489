import Topology

extension NodeRecipes {
    /// Horizon's settings.
    func dashboard() -> [Recipe] {
        var settings = Recipe.open(
            "/etc/openstack-dashboard/local_settings.py", units: units(.apache), template: "horizon/local_settings.py",
            [
                "identity_url": .text(cloud.identityURL),
                // Django 3.2, which Horizon has from Yoga on, brings PyMemcacheCache; 4.1 takes MemcachedCache away.
                "cache_backend": .text(
                    "django.core.cache.backends.memcached."
                        + (cloud.release.isBefore("yoga") ? "MemcachedCache" : "PyMemcacheCache")),
                "secret_key": .text(cloud.secret(.dashboard)),
                "memcached_servers": .list(cloud.memcachedServers.split(separator: ",").map { .text(String($0)) }),
            ])
        (settings.group, settings.mode, settings.isSecret) = ("www-data", 0o640, true)
        return [settings]
    }

    /// RabbitMQ, and with several controllers what makes its nodes one cluster.
    func messageQueue() -> [Recipe] {
        let nodes = cloud.controllers.enumerated().map { index, node in
            TemplateValue.map(["number": .text(String(index + 1)), "name": .text(node.name)])
        }
        var recipes = [
            Recipe.open(
                "/etc/rabbitmq/rabbitmq.conf", units: units(.rabbitmq), template: "rabbitmq/rabbitmq.conf",
                ["address": address, "nodes": .list(nodes)])
        ]
        guard cloud.isClustered else { return recipes }
        var cookie = Recipe(path: "/var/lib/rabbitmq/.erlang.cookie", source: .text(cloud.secret(.messageQueueCookie)))
        (cookie.owner, cookie.group, cookie.mode) = ("rabbitmq", "rabbitmq", 0o400)
        (cookie.isSecret, cookie.units) = (true, units(.rabbitmq))
        recipes.append(cookie)
        return recipes
    }

    /// keepalived moves the address of the APIs to a controller that lives.
    func virtualAddress() -> [Recipe] {
        guard let virtual = lab.apiAddress else { return [] }
        let place = cloud.controllers.firstIndex { $0.name == node.name } ?? 0
        var keepalived = Recipe.open(
            "/etc/keepalived/keepalived.conf", units: units(.keepalived), template: "keepalived/keepalived.conf",
            [
                "lab": .text(lab.name), "interface": .text(node.managementInterface ?? ""), "address": address,
                "priority": .own(String(150 - place)),
                "router_id": .text(String(virtual.bits & 0xFF == 0 ? 255 : virtual.bits & 0xFF)),
                "virtual_address": .text("\(virtual)/\(lab.management.cidr.prefixLength)"),
                "peers": .list(
                    cloud.controllers.filter { $0.name != node.name }.map { .text($0.address.description) }),
                "password": .text(String(cloud.secret(.virtualAddress).prefix(8))),
                "management_cidr": .text(lab.management.cidr.description),
            ])
        (keepalived.mode, keepalived.isSecret) = (0o600, true)
        return [keepalived]
    }
}
