import Release
import Topology

/// One hypervisor to be verified: what the topology expects, what Nova reports, or both.
struct Subject: Sendable, Equatable {
    /// Nova's name of the compute service.
    let host: String
    /// nil for one that the topology does not name.
    let node: String?
    let driver: Driver
    /// false: we may not choose a host, so Nova does.
    var isPinned = true
    /// What the services' nodes run, as far as anybody knows.
    var distribution = Distribution.usual

    /// What is behind the service, which says which checks make sense.
    enum Driver: Sendable, Equatable {
        case libvirt(HypervisorKind)
        /// nil: a vCenter that the topology does not name.
        case vcenter(ClusterReference?)
        /// One that only Nova knows of, by the type that it reports.
        case other(String)

        /// The kind in words, for people.
        var title: String {
            switch self {
            case .libvirt(.kvm), .libvirt(.qemu): "KVM/QEMU"
            case .libvirt(let kind): kind.rawValue.uppercased()
            case .vcenter: "VMware"
            case .other(let type): type
            }
        }
    }

    /// Whether its instances are virtual machines of a vCenter.
    var isInVCenter: Bool {
        if case .vcenter = driver { true } else { false }
    }

    /// What Nova reports of one compute service.
    struct Seen: Sendable, Equatable {
        var host: String
        /// nil until the service has registered its hypervisor.
        var type: String?
    }

    /// Every hypervisor, those of the topology first and in its order.
    static func all(
        expected: [ComputeService], seen: [Seen], on distribution: Distribution = .usual
    ) -> [Subject] {
        let known = expected.map { service in
            Subject(
                host: service.host, node: service.node, driver: Driver(service.driver), distribution: distribution)
        }
        let hosts = Set(expected.map(\.host))
        let unexpected = seen.filter { !hosts.contains($0.host) }.map { seen in
            Subject(host: seen.host, node: nil, driver: Driver(novaType: seen.type))
        }
        return known + unexpected.sorted { $0.host < $1.host }
    }

    /// Without admin rights nobody tells which hypervisors there are: one of each kind for which there is an image.
    static func anywhere(_ kinds: [ImageKind]) -> [Subject] {
        kinds.map { kind in
            let driver: Driver =
                switch kind {
                case .libvirt: .libvirt(.qemu)
                case .lxc: .libvirt(.lxc)
                case .vmware: .vcenter(nil)
                }
            return Subject(host: "any-\(kind.rawValue)", node: nil, driver: driver, isPinned: false)
        }
    }

    /// The compute service as its node has it.
    private var daemon: RunningDaemon {
        if case .vcenter(let reference?) = driver {
            RunningDaemon(.novaComputeOfCluster, instance: reference.cluster)
        } else {
            RunningDaemon(.novaCompute)
        }
    }

    /// Where the compute service writes its log.
    var log: String {
        "\(distribution.log(of: daemon)) on \(node ?? (isPinned ? "the node of \(host)" : "the compute node"))"
    }

    /// The unit of the compute service.
    var unit: String { "\(distribution.unit(of: daemon)).service" }
}

/// A kind of hypervisor, as users choose among them.
public enum SubjectKind: String, Sendable, CaseIterable {
    case libvirt, kvm, qemu, lxc, vmware

    func includes(_ driver: Subject.Driver) -> Bool {
        switch (self, driver) {
        case (.vmware, .vcenter), (.libvirt, .libvirt): true
        // Nova tells no KVM from QEMU, so without a topology both are one.
        case (.kvm, .libvirt(.kvm)), (.kvm, .libvirt(.qemu)), (.qemu, .libvirt(.qemu)), (.qemu, .libvirt(.kvm)): true
        case (.lxc, .libvirt(.lxc)): true
        default: false
        }
    }
}

extension Subject.Driver {
    init(_ driver: ComputeService.Driver) {
        switch driver {
        case .libvirt(let kind): self = .libvirt(kind)
        case .vcenter(let cluster): self = .vcenter(cluster)
        }
    }

    /// Nova's `hypervisor_type` for what the virtualisation drivers report of themselves.
    init(novaType type: String?) {
        switch type {
        case "QEMU", "KVM": self = .libvirt(.qemu)
        case "LXC": self = .libvirt(.lxc)
        case "VMware vCenter Server": self = .vcenter(nil)
        default: self = .other(type ?? "unknown")
        }
    }

    /// What Nova should report. libvirt calls its QEMU driver `QEMU` with KVM too.
    var novaTypes: Set<String> {
        switch self {
        case .libvirt(.kvm), .libvirt(.qemu): ["QEMU", "KVM"]
        case .libvirt(.lxc): ["LXC"]
        case .libvirt(.xen): ["xen", "Xen"]
        case .libvirt(.uml): ["UML"]
        case .libvirt(.hyperv): ["hyperv"]
        case .libvirt(.ironic): ["ironic"]
        case .libvirt(.docker): ["docker"]
        case .libvirt(.vmware), .libvirt(.vmwareESX): ["VMware ESX", "VMware vCenter Server"]
        case .vcenter: ["VMware vCenter Server"]
        case .other(let type): [type]
        }
    }
}
