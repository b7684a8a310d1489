import Topology

/// Sections that a service makes while it runs: one for each name that an option gives.
///
/// Their names are the user's, so no package lists them. The table is from the projects' code at the last tag of each
/// release: every call of `register_opts` whose group is computed.
struct NamedSections: Sendable {
    /// What such a section takes.
    enum Content: Sendable {
        /// Options that no package lists.
        case options([String: Option])
        /// The options of other sections of the catalogue, which stand there as examples.
        case optionsOf([String])
        /// `auth_type` and the options of the plugin that it names.
        case authPlugin
    }

    struct Option: Sendable {
        var facts: OptionFacts
        /// The first release with it; nil: as old as the sections.
        var since: String?
    }

    /// The component in whose files they stand; nil: in those of every service.
    var component: String?
    /// What stands before the name.
    var prefix = ""
    /// What stood before the name in earlier releases, and is still read.
    var oldPrefix: String?
    /// The first release that makes them.
    var since = "havana"
    /// The last one; nil: the newest still does.
    var until: String?
    /// Who reads them, as people call it.
    var reader: String
    /// The option that gives the names.
    var option: OptionName
    /// The names that a file gives.
    var names: @Sendable (SectionNames) -> [String]
    /// The option's default is a list of names as well.
    var hasDefault = false
    /// The options of a section by which it is recognized even where nothing names it.
    var marks: Set<String> = []
    var content: Content

    /// What stands for such a section where the catalogue is asked for one.
    var key: String { "\(prefix)*\(option)" }

    func isThere(_ place: Int) -> Bool {
        guard let first = ReleaseOrder.place(of: since), place >= first else { return false }
        return until.flatMap(ReleaseOrder.place).map { place <= $0 } ?? true
    }

    /// What a section's name is without the prefix; nil when it is another kind of name.
    func name(in section: String, prefix: String) -> String? {
        section.lowercased().hasPrefix(prefix) && section.count > prefix.count
            ? String(section.dropFirst(prefix.count)) : nil
    }
}

extension NamedSections {
    /// All of them.
    static let all: [NamedSections] = nova + keystone + cinder + glance + neutron + everywhere

    private static func names(_ section: String, _ options: String...) -> @Sendable (SectionNames) -> [String] {
        { names in options.lazy.compactMap { names.list(section, $0) }.first ?? [] }
    }

    /// nova/conf/devices.py (from Ussuri; `mdev_` from Xena, `max_instances` from 2024.1), nova/conf/neutron.py (from
    /// Rocky), nova/image/download/file.py and nova/conf/image_file_url.py (up to Ocata).
    private static let nova = [
        NamedSections(
            component: "nova", prefix: "vgpu_", since: "ussuri", until: "wallaby", reader: "nova-compute",
            option: OptionName(section: "devices", option: "enabled_vgpu_types"),
            names: names("devices", "enabled_vgpu_types"), content: .options(["device_addresses": list])),
        NamedSections(
            component: "nova", prefix: "mdev_", oldPrefix: "vgpu_", since: "xena", reader: "nova-compute",
            option: OptionName(section: "devices", option: "enabled_mdev_types"),
            names: names("devices", "enabled_mdev_types", "enabled_vgpu_types"),
            content: .options([
                "device_addresses": list, "mdev_class": Option(facts: OptionFacts(deviceClass)),
                "max_instances": Option(facts: OptionFacts(ValueRule(type: "integer", min: 1)), since: "2024.1"),
            ])),
        NamedSections(
            component: "nova", prefix: "neutron_physnet_", since: "rocky", reader: "nova-compute",
            option: OptionName(section: "neutron", option: "physnets"), names: names("neutron", "physnets"),
            content: .options([
                "numa_nodes": Option(facts: OptionFacts(ValueRule(type: "list", item: ValueRule(type: "integer"))))
            ])),
        NamedSections(
            component: "nova", prefix: "image_file_url:", until: "ocata", reader: "nova-compute",
            option: OptionName(section: "image_file_url", option: "filesystems"),
            names: names("image_file_url", "filesystems"), content: .options(["id": text, "mountpoint": text])),
    ]

    /// keystone/federation/utils.py (keystone/contrib before Mitaka): the section of a protocol's name. A protocol is an
    /// auth method, too (`federated_authenticate_for_token` asks for the method of its name).
    private static let keystone = [
        NamedSections(
            component: "keystone", since: "kilo", reader: "Keystone",
            option: OptionName(section: "auth", option: "methods"), names: names("auth", "methods"), hasDefault: true,
            marks: ["remote_id_attribute"], content: .options(["remote_id_attribute": text]))
    ]

    /// cinder/zonemanager/drivers/{brocade/brcd,cisco/cisco}_fabric_opts.py; and cinder/volume/drivers/netapp/dataontap:
    /// the target of a replication is a section by its name, whether or not it is among the backends (from Newton).
    private static let cinder = [
        NamedSections(
            component: "cinder", since: "icehouse", reader: "cinder-volume",
            option: OptionName(section: "fc-zone-manager", option: "fc_fabric_names"),
            names: { $0.list("fc-zone-manager", "fc_fabric_names") ?? $0.list("DEFAULT", "fc_fabric_names") ?? [] },
            marks: ["fc_fabric_address", "fc_fabric_user", "cisco_fc_fabric_address", "cisco_fc_fabric_user"],
            content: .optionsOf(["BRCD_FABRIC_EXAMPLE", "CISCO_FABRIC_EXAMPLE"])),
        NamedSections(
            component: "cinder", since: "newton", reader: "cinder-volume",
            option: OptionName(section: "BACKEND", option: "replication_device"), names: replicationTargets,
            content: .optionsOf(["backend_defaults", "DEFAULT"])),
    ]

    @Sendable
    private static func replicationTargets(_ names: SectionNames) -> [String] {
        names.sections(with: "replication_device").flatMap { device -> [String] in
            guard names.last(device.section, "volume_driver")?.contains("netapp") == true else { return [] }
            return device.values.flatMap(SectionNames.members).compactMap { pair in
                let parts = pair.split(separator: ":", maxSplits: 1).map { $0.trimming(\.isPythonSpace) }
                return parts.count == 2 && parts[0] == "backend_id" ? parts[1] : nil
            }
        }
    }

    /// glance/common/wsgi.py (from Train): two stores of Glance's own beside those of `enabled_backends`.
    private static let glance = [
        NamedSections(
            component: "glance-api", since: "train", reader: "Glance",
            option: OptionName(section: "DEFAULT", option: "enabled_backends"),
            names: { $0.last("DEFAULT", "enabled_backends") == nil ? [] : reservedStores },
            content: .optionsOf(["file"]))
    ]
    private static let reservedStores = ["os_glance_staging_store", "os_glance_tasks_store"]

    /// Brocade's mechanism driver and router plugin of Kilo.
    private static let neutron = [("ml2_brocade_fi_ni", "ML2"), ("l3_brocade_mlx", "L3")].map { section, kind in
        NamedSections(
            component: "neutron", since: "kilo", until: "kilo", reader: "neutron-server",
            option: OptionName(section: section, option: "switch_names"), names: names(section, "switch_names"),
            content: .optionsOf(["\(kind)_BROCADE_MLX_EXAMPLE"]))
    }

    /// oslo_config/cfg.py, `_open_source_from_opt_group` (from Rocky), with the drivers of oslo_config/sources/_uri.py and
    /// castellan/_config_driver.py; keystoneauth1/loading/conf.py: `auth_section` is where the plugin's options are.
    private static let everywhere = [
        NamedSections(
            since: "rocky", reader: "oslo.config", option: OptionName(section: "DEFAULT", option: "config_source"),
            names: names("DEFAULT", "config_source"),
            content: .options([
                "driver": text, "uri": Option(facts: OptionFacts(ValueRule(type: "uri"))), "ca_path": text,
                "client_cert": text, "client_key": text,
                "timeout": Option(facts: OptionFacts(ValueRule(type: "integer"))),
                "config_file": text, "mapping_file": text,
            ])),
        NamedSections(
            since: "mitaka", reader: "keystoneauth", option: OptionName(section: "SECTION", option: "auth_section"),
            names: { $0.all("auth_section") }, content: .authPlugin),
    ]

    private static let text = Option(facts: OptionFacts(type: "string", isRepeatable: false))
    private static let list = Option(facts: OptionFacts(type: "list", isRepeatable: false))
    private static let deviceClass = ValueRule(type: "string", regex: "^(VGPU|CUSTOM_[A-Z0-9_]+)$", maxLength: 255)
}
