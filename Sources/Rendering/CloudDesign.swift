import Release
import Topology

/// What is the same for every node: addresses, URLs, names and credentials of the cloud to be.
struct CloudDesign {
    let input: RenderInput
    let controller: Node
    /// The controllers; the first is `controller`.
    let controllers: [Node]
    /// The name under which Keystone's catalogue has everything.
    let region = "RegionOne"
    /// Whether Cinder is a part of the cloud; `up` does not set it up. Like the next, found once: every node asks.
    let hasVolumes: Bool
    /// How many nodes have the role network.
    let networkNodes: Int
    /// nova-compute's services by node, for a lab asks for them again and again.
    let services: [String: [ComputeService]]
    /// The lines of /etc/hosts: nodes, and those vCenters that the topology gives by address.
    let hostsText: String
    /// The keys by which compute nodes reach each other; nil where no instance moves.
    let novaSSHKeys: NovaSSH.Keys?
    private let clusters: [ClusterReference: (VCenter, Cluster)]

    init(input: RenderInput, controller: Node) {
        self.input = input
        self.controller = controller
        controllers = input.lab.controllers
        novaSSHKeys = Self.novaSSHKeys(input)
        hasVolumes = input.purpose == .files && !input.lab.storageNodes.isEmpty
        networkNodes = input.lab.nodes.count { $0.roles.contains(.network) }
        services = Dictionary(grouping: input.lab.computeServices, by: \.node)
        var clusters: [ClusterReference: (VCenter, Cluster)] = [:]
        for vcenter in input.lab.vcenters {
            for cluster in vcenter.clusters {
                clusters[ClusterReference(vcenter: vcenter.name, cluster: cluster.name)] = (vcenter, cluster)
            }
        }
        self.clusters = clusters
        let vcenters = input.lab.vcenters.compactMap { vcenter in
            IPv4Address(vcenter.address).map { "\($0) \(vcenter.name)" }
        }
        hostsText = (input.lab.nodes.map { "\($0.address) \($0.name)" } + vcenters).joined(separator: "\n")
    }

    var lab: Lab { input.lab }
    var release: Release { input.release }
    /// Whether a user takes the files, rather than `up`.
    var isForFiles: Bool { input.purpose == .files }
    /// Whether there are several controllers.
    var isClustered: Bool { controllers.count > 1 }
    /// Where the APIs are.
    var host: String { (lab.apiAddress ?? controller.address).description }

    var identityURL: String { Service.keystone.root(at: host) }
    var imageURL: String { Service.glance.root(at: host) }
    var novncproxyURL: String { "http://\(host):\(port(.novncProxy))/vnc_auto.html" }

    /// Where a daemon listens.
    func port(_ daemon: Daemon) -> Int { Service.port(of: daemon) ?? 0 }

    /// The vCenter and the cluster that a reference names.
    func cluster(_ reference: ClusterReference) -> (vcenter: VCenter, cluster: Cluster)? { clusters[reference] }

    /// oslo.messaging's URL of the queue: it takes another host of the list when one does not answer.
    var transportURL: String {
        let password = Quoting.percent(secret(.messageQueue))
        return "rabbit://"
            + controllers.map { "openstack:\(password)@\($0.address):\(port(.rabbitmq))" }.joined(separator: ",") + "/"
    }

    /// Where tokens are cached: on the node itself when there is one controller.
    var memcachedServers: String {
        isClustered
            ? controllers.map { "\($0.address):\(port(.memcached))" }.joined(separator: ",")
            : "127.0.0.1:\(port(.memcached))"
    }

    /// SQLAlchemy's URL of a database as a node asks for it: controllers have one each, which replicate.
    func databaseURL(_ service: String, database: String, from node: Node) -> String {
        let server = node.has(.controller) ? "127.0.0.1" : host
        return "mysql+pymysql://\(service):\(Quoting.percent(secret(.database(service))))@\(server)/\(database)"
    }

    /// A secret's value. `Rendering` has checked that every one is there.
    func secret(_ name: SecretName) -> String { input.secrets[name]?.reveal() ?? "" }

    /// The values of the `authtoken` part: how a service checks tokens.
    func tokenCheck(of service: String) -> [String: TemplateValue] {
        [
            "identity_url": .text(identityURL), "service": .text(service),
            "service_password": .text(secret(.user(service))), "memcached_servers": .text(memcachedServers),
        ]
    }

    /// The values of the `credentials` part: how a service logs in as a user.
    func credentials(of user: String) -> TemplateValue {
        .map(["username": .text(user), "password": .text(secret(.user(user)))])
    }
}

// MARK: - Networks

extension CloudDesign {
    /// Neutron's layer-2 driver of the lab.
    var mechanismDriver: MechanismDriver { release.mechanismDriver(of: lab) }

    /// The physical networks of a type of network, each once, in the topology's order.
    func physicalNetworks(_ select: (NetworkType) -> String?) -> [String] {
        var seen = Set<String>()
        return lab.networks.compactMap { select($0.type) }.filter { seen.insert($0).inserted }
    }

    /// Whether some network is an overlay.
    var hasVXLAN: Bool { lab.networks.contains { $0.type == .vxlan } }

    /// Whether routers join networks: an overlay has no other way out.
    var hasRouters: Bool { hasVXLAN && isForFiles }

    /// The `host` names of the services that drive vSphere clusters.
    var vsphereHosts: [String] {
        lab.computeServices.compactMap { service in
            if case .cluster = service.driver { service.host } else { nil }
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

// MARK: - Volumes and images

extension CloudDesign {
    /// The vCenters in whose datastores Glance keeps images.
    var imageStores: [VCenter] { lab.vcenters.filter { !$0.imageDatastores.isEmpty } }
}

extension Node {
    func has(_ role: Role) -> Bool { roles.contains(role) }

    /// Whether its nova-compute drives vSphere.
    var isVSphere: Bool { hypervisor?.kind.isVSphere ?? false }

    /// Whether the node is a Windows machine, which has neither our paths nor our services.
    var isWindows: Bool { hypervisor?.kind == .hyperv }

    /// The interface with the node's own address, when the topology tells: by `interfaces`, or as `management` among
    /// `physical_interfaces`.
    var managementInterface: String? {
        let own = interfaces.first { $0.addresses.contains { $0.address == address } }?.name
        return own ?? physicalInterfaces.first { $0.physicalNetwork == "management" }?.interface
    }

    /// The interfaces on which instances' networks travel.
    var providerInterfaces: [PhysicalInterface] { physicalInterfaces.filter { $0.physicalNetwork != "management" } }
}
