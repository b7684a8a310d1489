/// Options that services read and no list of their packages has.
enum UnlistedOptions {
    /// Those of our own: of the ML2 mechanism driver in plugins/neutron, by component and section.
    static let own = [
        "ml2_conf": [
            "ml2_vsphere": [
                "hosts": OptionFacts(type: "list", isRepeatable: false),
                "port_groups": OptionFacts(type: "string", isRepeatable: true),
            ]
        ]
    ]

    /// Where oslo.config's tools find our own on a node (an entry point of the driver).
    static let namespace = "polyvisor.ml2_vsphere"

    /// Those of a component in a release, by section.
    static func of(_ component: String, in place: Int) -> [String: [String: OptionFacts]] {
        var found = own[component] ?? [:]
        for row in rows where row.components.contains(component) && row.isThere(place) {
            found[row.section, default: [:]][row.option] = row.facts
        }
        return found
    }

    private struct Row: Sendable {
        var components: [String]
        var section: String
        var option: String
        var facts: OptionFacts
        var since: String

        func isThere(_ place: Int) -> Bool { ReleaseOrder.place(of: since).map { place >= $0 } ?? false }
    }

    /// nova/conf/neutron.py: `register_dynamic_opts` is left out of the list, also for the group that is always there.
    /// neutron/services/provider_configuration.py: in the list up to Kilo and from 2025.2 on, and read by all between.
    /// oslo_config/cfg.py (from 6.4, Rocky): every service has `config_source`, and Cinder alone lists it.
    private static let rows = [
        Row(
            components: ["nova"], section: "neutron_tunnel", option: "numa_nodes",
            facts: OptionFacts(ValueRule(type: "list", item: ValueRule(type: "integer"))), since: "rocky"),
        Row(
            components: ["neutron"], section: "service_providers", option: "service_provider",
            facts: OptionFacts(type: "string", isRepeatable: true), since: "liberty"),
        Row(
            components: [
                "nova", "neutron", "keystone", "placement", "glance-api", "glance-cache", "glance-scrubber",
                "glance-manage", "glance-registry",
            ], section: "DEFAULT", option: "config_source", facts: OptionFacts(type: "list", isRepeatable: false),
            since: "rocky"),
    ]
}
