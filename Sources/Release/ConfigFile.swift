/// A configuration file of OpenStack, by the name under which the catalogue knows it.
public struct ConfigFile: Sendable, Hashable {
    /// The file's own name, e.g. `nova.conf`.
    public let name: String
    /// The component whose options the file holds, e.g. `nova`, `ml2_conf`.
    public let component: String
    /// Further components whose options the processes that read this file know as well.
    let alsoRead: [String]
    /// Components whose options some process finds here as well, though another file's sample lists them: neutron-server
    /// reads neutron.conf and ml2_conf.ini (and ovn.ini), every agent reads neutron.conf, and DevStack's agents read
    /// ml2_conf.ini. An option is valid wherever a process that registers it reads it.
    let mayHold: [String]
    /// The component in whose one catalogue this file's options stand from Havana to Kilo; nil: no such file then.
    let legacyComponent: String?
    /// Whether Kilo was the last catalogued release with it.
    let hasEnded: Bool

    /// The configuration file with this name or at this path; nil when it is none that the catalogue knows.
    ///
    /// `nova-compute.conf` and the file of one cluster, `nova-compute-<cluster>.conf`, hold Nova's options.
    public init?(_ path: String) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let isComputeFile = name.hasPrefix("nova-compute") && name.hasSuffix(".conf")
        guard let known = ConfigFile.byName[isComputeFile ? "nova.conf" : name] else { return nil }
        self = ConfigFile(
            named: name, known.component, alsoRead: known.alsoRead, mayHold: known.mayHold,
            legacy: known.legacyComponent, ended: known.hasEnded)
    }

    private init(
        named name: String, _ component: String? = nil, alsoRead: [String] = [], mayHold: [String] = [],
        legacy: String? = nil, ended: Bool = false
    ) {
        self.name = name
        self.component = component ?? String(name.prefix { $0 != "." })
        self.alsoRead = alsoRead
        self.mayHold = mayHold
        legacyComponent = legacy
        hasEnded = ended
    }

    /// The names that the catalogue knows, for messages.
    public static var names: [String] { table.map(\.name) }

    private static let byName = Dictionary(uniqueKeysWithValues: table.map { ($0.name, $0) })

    /// A file of Neutron beside neutron.conf, which the process that reads it reads as well.
    private static func neutron(_ name: String, mayHold: [String] = [], legacy: Bool) -> ConfigFile {
        ConfigFile(named: name, alsoRead: ["neutron"], mayHold: mayHold, legacy: legacy ? "neutron" : nil)
    }

    private static let layerTwoAgents = ["openvswitch_agent", "linuxbridge_agent", "sriov_agent", "macvtap_agent"]
    private static let otherAgents = [
        "dhcp_agent", "l3_agent", "metadata_agent", "metering_agent", "neutron_ovn_metadata_agent", "ovn_agent",
    ]

    /// Debian's linuxbridge agent also reads ml2_conf.ini (its init script).
    private static let table: [ConfigFile] =
        [
            ConfigFile(named: "nova.conf", legacy: "nova"),
            ConfigFile(
                named: "neutron.conf", mayHold: ["ml2_conf", "ovn"] + layerTwoAgents + otherAgents, legacy: "neutron"),
            ConfigFile(named: "keystone.conf", legacy: "keystone"),
            ConfigFile(named: "glance-api.conf", mayHold: ["glance-image-import"], legacy: "glance"),
            ConfigFile(named: "placement.conf"), ConfigFile(named: "cinder.conf", legacy: "cinder"),
            ConfigFile(named: "glance-registry.conf", legacy: "glance"),
            // Glance's programs all import glance.common.config, which registers the options of its API.
            ConfigFile(named: "glance-cache.conf", mayHold: ["glance-api"], legacy: "glance"),
            ConfigFile(named: "glance-scrubber.conf", mayHold: ["glance-api"], legacy: "glance"),
            ConfigFile(named: "glance-manage.conf", mayHold: ["glance-api"]),
            ConfigFile(named: "glance-image-import.conf", mayHold: ["glance-api"]),
            // The plugins' own files of before ML2's agents had theirs.
            ConfigFile(named: "linuxbridge_conf.ini", "neutron", legacy: "neutron", ended: true),
            ConfigFile(named: "ovs_neutron_plugin.ini", "neutron", legacy: "neutron", ended: true),
        ]
        + [neutron("ml2_conf.ini", mayHold: ["ovn"] + layerTwoAgents, legacy: true)]
        + ["dhcp_agent.ini", "l3_agent.ini", "metadata_agent.ini", "metering_agent.ini"].map {
            neutron($0, legacy: true)
        }
        + ["linuxbridge_agent.ini", "openvswitch_agent.ini", "sriov_agent.ini"].map { neutron($0, legacy: true) }
        + [neutron("macvtap_agent.ini", legacy: false), neutron("ovn.ini", mayHold: ["ml2_conf"], legacy: false)]
        + ["neutron_ovn_metadata_agent.ini", "ovn_agent.ini"].map { neutron($0, mayHold: ["ovn"], legacy: false) }
}
