import Topology

/// One hypervisor to be verified: what the topology expects, what Nova reports, or both.
struct Subject: Sendable, Equatable {
    /// Nova's name of the compute service.
    let host: String
    /// nil for one that the topology does not name.
    let node: String?
    let driver: Driver

    /// What is behind the service, which says which checks make sense.
    enum Driver: Sendable, Equatable {
        case libvirt(HypervisorKind)
        /// nil: a vCenter that the topology does not name.
        case vcenter(ClusterReference?)
        /// One that only Nova knows of, by the type that it reports.
        case other(String)
    }

    /// What Nova reports of one compute service.
    struct Seen: Sendable, Equatable {
        var host: String
        /// nil until the service has registered its hypervisor.
        var type: String?
    }

    /// Every hypervisor, those of the topology first and in its order.
    static func all(expected: [ComputeService], seen: [Seen]) -> [Subject] {
        let known = expected.map { service in
            Subject(host: service.host, node: service.node, driver: Driver(service.driver))
        }
        let hosts = Set(expected.map(\.host))
        let unexpected = seen.filter { !hosts.contains($0.host) }.map { seen in
            Subject(host: seen.host, node: nil, driver: Driver(novaType: seen.type))
        }
        return known + unexpected.sorted { $0.host < $1.host }
    }

    /// Where the compute service writes its log, as Polyvisor and Debian have it.
    var log: String {
        let file =
            switch driver {
            case .vcenter(let reference?): "nova-compute-\(reference.cluster).log"
            default: "nova-compute.log"
            }
        return "/var/log/nova/\(file) on \(node ?? "the node of \(host)")"
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
