/// A configuration file of OpenStack, by the name under which the catalogue knows it.
public struct ConfigFile: Sendable, Hashable {
    /// The file's own name, e.g. `nova.conf`.
    public let name: String
    /// The component whose options the file holds.
    public let component: String
    /// Further components whose options the processes that read this file know as well.
    let alsoRead: [String]

    /// The configuration file with this name or at this path; nil when it is none that the catalogue knows.
    ///
    /// `nova-compute.conf` and the file of one cluster, `nova-compute-<cluster>.conf`, hold Nova's options.
    public init?(_ path: String) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let isComputeFile = name.hasPrefix("nova-compute") && name.hasSuffix(".conf")
        guard let known = ConfigFile.table.first(where: { $0.name == (isComputeFile ? "nova.conf" : name) }) else {
            return nil
        }
        self = ConfigFile(name: name, component: known.component, alsoRead: known.alsoRead)
    }

    private init(name: String, component: String, alsoRead: [String]) {
        self.name = name
        self.component = component
        self.alsoRead = alsoRead
    }

    /// The names that the catalogue knows, for messages.
    public static var names: [String] { table.map(\.name) }

    /// Neutron's processes read neutron.conf and their own file, so each takes neutron.conf's options too;
    /// Debian's linuxbridge agent also reads ml2_conf.ini (its init script).
    private static let table = [
        ConfigFile(name: "nova.conf", component: "nova", alsoRead: []),
        ConfigFile(name: "neutron.conf", component: "neutron", alsoRead: []),
        ConfigFile(name: "ml2_conf.ini", component: "ml2_conf", alsoRead: ["neutron"]),
        ConfigFile(name: "linuxbridge_agent.ini", component: "linuxbridge_agent", alsoRead: ["neutron"]),
        ConfigFile(name: "openvswitch_agent.ini", component: "openvswitch_agent", alsoRead: ["neutron"]),
        ConfigFile(name: "dhcp_agent.ini", component: "dhcp_agent", alsoRead: ["neutron"]),
        ConfigFile(name: "l3_agent.ini", component: "l3_agent", alsoRead: ["neutron"]),
        ConfigFile(name: "metadata_agent.ini", component: "metadata_agent", alsoRead: ["neutron"]),
        ConfigFile(name: "keystone.conf", component: "keystone", alsoRead: []),
        ConfigFile(name: "glance-api.conf", component: "glance-api", alsoRead: []),
        ConfigFile(name: "placement.conf", component: "placement", alsoRead: []),
        ConfigFile(name: "cinder.conf", component: "cinder", alsoRead: []),
    ]
}
