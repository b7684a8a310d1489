import Release
import Topology

/// What is the same for every node: addresses, URLs, names and credentials of the cloud to be.
struct Cloud {
    let input: RenderInput
    let controller: Node
    /// The name under which Keystone's catalogue has everything.
    let region = "RegionOne"

    var lab: Lab { input.lab }
    var distribution: Distribution { input.release.distribution }
    private var host: String { controller.address.description }

    var identityURL: String { "http://\(host):5000" }
    var imageURL: String { "http://\(host):9292" }
    var novncproxyURL: String { "http://\(host):6080/vnc_auto.html" }

    /// oslo.messaging's URL of the queue.
    var transportURL: String {
        "rabbit://openstack:\(Quoting.percent(secret(.messageQueue)))@\(host):5672/"
    }

    /// SQLAlchemy's URL of a database; databases are asked from the controller only.
    func databaseURL(_ service: String, database: String) -> String {
        "mysql+pymysql://\(service):\(Quoting.percent(secret(.database(service))))@127.0.0.1/\(database)"
    }

    /// A secret's value. `Rendering` has checked that every one is there.
    func secret(_ name: SecretName) -> String { input.secrets[name]?.reveal() ?? "" }

    /// The values of the `authtoken` part: how a service checks tokens.
    func tokenCheck(of service: String) -> [String: TemplateValue] {
        [
            "identity_url": .text(identityURL), "service": .text(service),
            "service_password": .text(secret(.user(service))),
        ]
    }

    /// The values of the `credentials` part: how a service logs in as a user.
    func credentials(of user: String) -> TemplateValue {
        .map(["username": .text(user), "password": .text(secret(.user(user)))])
    }

    /// The physical networks of a type of network, each once, in the topology's order.
    func physicalNetworks(_ select: (NetworkType) -> String?) -> [String] {
        var seen = Set<String>()
        return lab.networks.compactMap { select($0.type) }.filter { seen.insert($0).inserted }
    }

    /// Whether some network is an overlay.
    var hasVXLAN: Bool { lab.networks.contains { $0.type == .vxlan } }

    /// The `host` names of the services that drive vSphere clusters.
    var vsphereHosts: [String] {
        lab.computeServices.compactMap { service in
            if case .vcenter = service.driver { service.host } else { nil }
        }
    }

    /// The driver's map from network to port group, as `PHYSICAL_NETWORK[.VLAN]:PORT GROUP`.
    var portGroups: [String] {
        lab.networks.compactMap { network in
            guard let group = network.portGroup else { return nil }
            return switch network.type {
            case .flat(let physical): "\(physical):\(group)"
            case .vlan(let physical, let id): "\(physical).\(id):\(group)"
            case .vxlan: nil
            }
        }
    }
}

extension Node {
    func has(_ role: Role) -> Bool { roles.contains(role) }

    /// Whether nova-compute here is the distribution's own service, with libvirt.
    var isLibvirtCompute: Bool { hypervisor == .kvm || hypervisor == .qemu }

    /// The clusters that this node drives; empty on other nodes.
    var clusters: [ClusterReference] {
        if case .vmware(let clusters) = hypervisor { clusters } else { [] }
    }

    /// Whether Neutron's linuxbridge agent runs here.
    var hasLayer2Agent: Bool { has(.network) || isLibvirtCompute }
}
