import Topology

/// Several controllers in Havana to Kilo: one address that keepalived moves, one Galera, one RabbitMQ.
extension NodeRecipes {
    /// What makes the message queue of the controllers one; `api_address` comes from `virtualAddress()`.
    func legacyCluster() -> [Recipe] {
        guard cloud.isClustered else { return [] }
        let names = cloud.controllers.map { "'rabbit@\($0.name)'" }.joined(separator: ", ")
        let cookie = messageQueue().filter { $0.path.hasSuffix(".erlang.cookie") }
        return virtualAddress() + cookie + [
            legacyOpen(
                "/etc/rabbitmq/rabbitmq.config", units: units(.rabbitmq), template: "rabbitmq/rabbitmq.config",
                ["nodes": .text(names)]),
            .open(
                "/etc/memcached.conf", units: units(.memcached), template: "memcached/memcached.conf",
                ["address": address]),
        ]
    }

    /// The queue's addresses, of which oslo.messaging takes another when one does not answer; off with one controller.
    var queueHosts: TemplateValue {
        TemplateValue(
            cloud.isClustered
                ? cloud.controllers.map { "\($0.address):\(cloud.port(.rabbitmq))" }.joined(separator: ",") : nil)
    }

    /// MySQL's settings: with several controllers, those of Galera.
    func legacyMySQL() -> Recipe {
        let addresses = cloud.controllers.map(\.address.description).joined(separator: ",")
        return legacyOpen(
            "/etc/mysql/conf.d/polyvisor.cnf", units: units(.mysql), template: "mysql/polyvisor.cnf",
            [
                "address": .text("0.0.0.0"), "cluster_name": .text(lab.name), "node_address": address,
                "cluster_addresses": TemplateValue(cloud.isClustered ? addresses : nil),
            ])
    }
}
