import OpenStack
import Topology
import VSphere

/// What all checks of one hypervisor work with.
struct Setting: Sendable {
    let subject: Subject
    let lab: Lab
    let access: Verification.Access
    /// What the cloud had when the run began.
    let overview: CloudOverview
    let run: String
    let owner: RunOwner

    /// `polyvisor-verify-3f9a1c20-kvm1`
    var serverName: String { "\(Self.namePrefix)\(run)-\(subject.host)" }

    /// Every instance that a verification makes has a name that begins so.
    static let namePrefix = "polyvisor-verify-"

    /// How long an instance may take to become ACTIVE, and again to prove itself.
    var timeout: Duration { .seconds(lab.verify.timeoutSeconds) }

    /// How long what is left of a deleted instance may take to go away.
    static let clearing = Duration.seconds(30)

    /// The network that the instance is attached to.
    var network: ProviderNetwork? { lab.networks.first { $0.name == lab.verify.network } }

    /// A log on the controller.
    func log(_ path: String) -> String { "/var/log/\(path) on \(lab.controller?.name ?? "the controller")" }

    var schedulerLog: String { log("nova/nova-scheduler.log") }

    /// The log of what serves a layer's API.
    func log(of layer: CheckFailure.Layer) -> String? {
        switch layer {
        case .nova: log("nova/nova-api.log")
        case .neutron: log("neutron/neutron-api.log")
        case .glance: log("glance/glance-api.log")
        case .placement: log("placement/placement-api.log")
        case .libvirt: subject.log
        case .vcenter, .guest, .polyvisor: nil
        }
    }

    /// Where nova-compute keeps what belongs to an instance: `instances_path` of nova.conf.
    func folder(ofInstance id: String) -> String {
        let path = lab.overrides.last { override in
            override.option == "instances_path" && override.section == "DEFAULT" && override.file == "nova.conf"
                && ["all", "compute", subject.node].contains(override.scope)
        }?.values.last
        return "\(path ?? "/var/lib/nova/instances")/\(id)"
    }
}

/// What a cloud has, read once at the beginning of a run.
struct CloudOverview: Sendable {
    var services: [ComputeServiceState] = []
    var hypervisors: [HypervisorState] = []
    var images: [OpenStack.Image] = []
    var flavors: [OpenStack.Flavor] = []
    var networks: [OpenStack.Network] = []

    init() {}

    /// Asks all services at once.
    init(_ cloud: Cloud) async throws {
        async let services = cloud.computeServices()
        async let hypervisors = cloud.hypervisors()
        async let images = cloud.images()
        async let flavors = cloud.flavors()
        async let networks = cloud.networks()
        self.services = try await services
        self.hypervisors = try await hypervisors
        self.images = try await images
        self.flavors = try await flavors
        self.networks = try await networks
    }

    /// Every nova-compute that there is.
    var seen: [Subject.Seen] {
        services.filter { $0.binary == "nova-compute" }.map { service in
            Subject.Seen(host: service.host, type: hypervisor(of: service.host)?.type)
        }
    }

    /// What a service drives.
    func hypervisor(of host: String) -> HypervisorState? { hypervisors.first { $0.service.host == host } }
}

extension Setting {
    /// The instance to be made; fails with what the cloud lacks for it.
    func newServer() throws(CheckFailure) -> NewServer {
        let name = try imageName()
        guard let image = overview.images.first(where: { $0.name == name }) else {
            throw CheckFailure(layer: .glance, reason: "has no image \(name)", look: "`openstack image list`")
        }
        guard image.status == "active" else {
            throw CheckFailure(layer: .glance, reason: "image \(name) is \(image.status)", look: log(of: .glance))
        }
        guard let flavor = overview.flavors.first(where: { $0.name == lab.verify.flavor }) else {
            throw CheckFailure(
                layer: .nova, reason: "has no flavor \(lab.verify.flavor)", look: "`openstack flavor list`")
        }
        guard let network = overview.networks.first(where: { $0.name == lab.verify.network }) else {
            throw CheckFailure(
                layer: .neutron, reason: "has no network \(lab.verify.network)", look: "`openstack network list`")
        }
        // `host`, not a zone `ZONE:HOST`: that would pass by the scheduler's filters, and a cloud whose scheduler
        // would never choose this host, for its zone, image type or room, would look sound.
        return NewServer(
            name: serverName, image: image.id, flavor: flavor.id, network: network.id, host: subject.host,
            metadata: [MetadataKey.run: run, MetadataKey.owner: owner.text, MetadataKey.started: RunOwner.now()])
    }

    private func imageName() throws(CheckFailure) -> String {
        switch subject.driver {
        case .libvirt: access.images.libvirt
        case .vcenter: access.images.vmware
        case .other(let type):
            throw CheckFailure(layer: .polyvisor, reason: "has no image for hypervisors of type \"\(type)\"")
        }
    }
}

/// The metadata of the instances that verification makes.
enum MetadataKey {
    static let run = "polyvisor_run"
    /// `RunOwner.text`
    static let owner = "polyvisor_owner"
    /// Seconds since 1970.
    static let started = "polyvisor_started"
}
