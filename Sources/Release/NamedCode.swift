import Topology

/// An option whose value names code: an entry point of a group, or a class by its path.
struct NamedCode: Sendable {
    /// A file's name, or the beginning of one; several for an option that several files have.
    var files: [String]
    /// Nil: any section.
    var section: String?
    var option: String
    /// The group of entry points.
    var group: String
    var isList = false
    /// A class may be given by its path as well.
    var takesPath = false
    /// What such a thing is called.
    var word: String
    /// What happens when it is not there.
    var consequence: String

    func applies(to setting: OptionSetting) -> Bool {
        guard setting.option == option, section.map({ OsloText.same($0, setting.section) }) ?? true else {
            return false
        }
        let name = ConfigFile(setting.file)?.name ?? setting.file
        return files.contains { name.hasPrefix($0) }
    }

    /// What a value names, one by one.
    func members(of value: String) -> [String] {
        (isList ? value.split(separator: ",").map(String.init) : [value]).map { $0.trimming(\.isPythonSpace) }
            .filter { !$0.isEmpty }
    }

    /// Short names that people use, and what they mean. By distance alone, `ovs` is `ovn`.
    static let shortNames = [
        "ovs": "openvswitch", "lb": "linuxbridge", "l2pop": "l2population", "sriov": "sriovnicswitch",
        "linux_bridge": "linuxbridge", "open_vswitch": "openvswitch", "l3": "router", "l3_router": "router",
        "filesystem": "file", "rabbitmq": "rabbit", "amqps": "rabbit", "iptables_firewall": "iptables",
        "messaging_v2": "messagingv2",
    ]
}

extension NamedCode {
    /// All options that name entry points. Sources: the modules that load them, of Neutron 21.0.0 (manager.py,
    /// plugins/ml2/managers.py, agent/common/utils.py), Cinder 21.3.1 (scheduler/host_manager.py), Keystone 22.0.2
    /// (common/manager.py, auth/core.py), glance_store 4.1.0 (backend.py) and oslo.messaging 14.0.0 (transport.py).
    static let all: [NamedCode] = neutron + cinder + glance + keystone + everywhere

    private static func neutron(
        _ section: String, _ option: String, _ group: String, _ word: String, isList: Bool = false,
        takesPath: Bool = false, files: [String] = neutronFiles, stops: String = "neutron-server"
    ) -> NamedCode {
        NamedCode(
            files: files, section: section, option: option, group: "neutron." + group, isList: isList,
            takesPath: takesPath, word: word, consequence: "\(stops) stops")
    }

    private static let neutronFiles = [
        "neutron.conf", "ml2_conf.ini", "dhcp_agent", "l3_agent", "linuxbridge", "openvswitch_agent", "ovs_neutron",
        "sriov_agent", "metering_agent", "macvtap_agent",
    ]
    private static let layer2Files = ["openvswitch_agent", "linuxbridge_agent", "sriov_agent", "macvtap_agent"]

    private static let neutron: [NamedCode] = [
        neutron("DEFAULT", "core_plugin", "core_plugins", "core plugin", takesPath: true),
        neutron("DEFAULT", "service_plugins", "service_plugins", "service plugin", isList: true, takesPath: true),
        neutron("DEFAULT", "ipam_driver", "ipam_drivers", "IPAM driver", takesPath: true),
        neutron("DEFAULT", "external_dns_driver", "services.external_dns_drivers", "DNS driver"),
        neutron("ml2", "type_drivers", "ml2.type_drivers", "type driver", isList: true),
        neutron("ml2", "mechanism_drivers", "ml2.mechanism_drivers", "mechanism driver", isList: true),
        neutron("ml2", "extension_drivers", "ml2.extension_drivers", "extension driver", isList: true),
        neutron("ml2", "tenant_network_types", "ml2.type_drivers", "network type", isList: true),
        neutron("ml2", "project_network_types", "ml2.type_drivers", "network type", isList: true),
        neutron(
            "securitygroup", "firewall_driver", "agent.firewall_drivers", "firewall driver", takesPath: true,
            stops: "the agent"),
        neutron(
            "DEFAULT", "interface_driver", "interface_drivers", "interface driver", takesPath: true, stops: "the agent"),
        neutron(
            "DEFAULT", "driver", "services.metering_drivers", "metering driver", takesPath: true,
            files: ["metering_agent"], stops: "the agent"),
        neutron(
            "agent", "extensions", "agent.l2.extensions", "extension of agents", isList: true, files: layer2Files,
            stops: "the agent"),
        neutron(
            "agent", "extensions", "agent.l3.extensions", "extension of the L3 agent", isList: true,
            files: ["l3_agent"], stops: "the agent"),
    ]

    private static let cinder: [NamedCode] = [
        NamedCode(
            files: ["cinder.conf"], section: "DEFAULT", option: "scheduler_default_filters",
            group: "cinder.scheduler.filters", isList: true, word: "filter", consequence: "cinder-scheduler stops"),
        NamedCode(
            files: ["cinder.conf"], section: "DEFAULT", option: "scheduler_default_weighers",
            group: "cinder.scheduler.weights", isList: true, word: "weigher", consequence: "cinder-scheduler stops"),
    ]

    private static let glance: [NamedCode] = [
        NamedCode(
            files: ["glance-"], section: "glance_store", option: "stores", group: "glance_store.drivers",
            isList: true, word: "store", consequence: "Glance goes without it"),
        NamedCode(
            files: ["glance-"], section: "image_import_opts", option: "image_import_plugins",
            group: "glance.image_import.plugins", isList: true, word: "import plugin",
            consequence: "imports go without it"),
    ]

    private static func keystone(_ section: String, _ option: String = "driver", group: String) -> NamedCode {
        NamedCode(
            files: ["keystone.conf"], section: section, option: option, group: "keystone." + group, word: option,
            consequence: "Keystone stops")
    }

    private static let keystoneSections = [
        "application_credential", "assignment", "catalog", "credential", "endpoint_filter", "endpoint_policy",
        "federation", "identity", "oauth1", "policy", "resource", "revoke", "role", "trust", "unified_limit",
    ]

    private static let keystone: [NamedCode] = keystoneSections.map { keystone($0, group: $0) } + keystoneOthers

    private static let keystoneOthers: [NamedCode] = [
        keystone("token", "provider", group: "token.provider"),
        keystone("receipt", "provider", group: "receipt.provider"),
        keystone("credential", "provider", group: "credential.provider"),
        keystone("shadow_users", group: "identity.shadow_users"),
        keystone("identity_mapping", group: "identity.id_mapping"),
        keystone("identity_mapping", "generator", group: "identity.id_generator"),
        keystone("domain_config", group: "resource.domain_config"),
    ]

    private static let services = [
        "nova.conf", "neutron.conf", "cinder.conf", "glance-", "keystone.conf", "placement.conf",
    ]

    private static let everywhere: [NamedCode] = [
        NamedCode(
            files: services, section: nil, option: "auth_type", group: "keystoneauth1.plugin", word: "auth plugin",
            consequence: "the service cannot log in to Keystone"),
        NamedCode(
            files: services, section: "oslo_messaging_notifications", option: "driver",
            group: "oslo.messaging.notify.drivers", word: "notification driver", consequence: "no notification is sent"
        ),
        NamedCode(
            files: services, section: "DEFAULT", option: "notification_driver", group: "oslo.messaging.notify.drivers",
            word: "notification driver", consequence: "no notification is sent"),
        NamedCode(
            files: services, section: "key_manager", option: "backend", group: "castellan.drivers", takesPath: true,
            word: "key manager", consequence: "the service cannot use keys"),
    ]
}
