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
        /// A hypervisor of the service's own node.
        case host(HypervisorKind)
        /// nil: a vCenter that the topology does not name.
        case cluster(ClusterReference?)
        /// One that only Nova knows of, by the type that it reports.
        case other(String)

        /// The kind; nil for one that only Nova knows of.
        var kind: HypervisorKind? {
            switch self {
            case .host(let kind): kind
            case .cluster: .vmware
            case .other: nil
            }
        }

        /// The kind in words, for people.
        var title: String {
            if case .other(let type) = self { type } else { kind?.title ?? "" }
        }

        /// The kind where instances run in libvirt; nil for others.
        var libvirt: HypervisorKind? { if case .host(let kind) = self, kind.isLibvirt { kind } else { nil } }
    }

    /// Whether its instances are virtual machines of a vCenter.
    var isInVCenter: Bool {
        if case .cluster = driver { true } else { false }
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
                case .libvirt: .host(.qemu)
                case .lxc: .host(.lxc)
                case .vmware: .cluster(nil)
                }
            return Subject(host: "any-\(kind.rawValue)", node: nil, driver: driver, isPinned: false)
        }
    }

    /// The compute service as its node has it.
    private var daemon: RunningDaemon {
        if case .cluster(let reference?) = driver {
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
public struct SubjectKind: Sendable, Hashable, CaseIterable {
    /// As users write it.
    public let rawValue: String

    /// All that libvirt drives, and each kind for which there is an image.
    public static let allCases =
        [SubjectKind("libvirt")]
        + HypervisorKind.allCases.filter { ImageKind(.host($0)) != nil && $0 != .vmwareESX }.map {
            SubjectKind($0.rawValue)
        }

    private init(_ name: String) { rawValue = name }

    /// nil: there is no such kind.
    public init?(rawValue: String) {
        guard let kind = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = kind
    }

    /// Nova tells no KVM from QEMU, so without a topology both are one.
    func includes(_ driver: Subject.Driver) -> Bool {
        guard let kind = HypervisorKind(rawValue: rawValue) else { return driver.libvirt != nil }
        return driver.kind?.title == kind.title
    }
}

extension Subject.Driver {
    init(_ driver: ComputeService.Driver) {
        switch driver {
        case .host(let kind): self = .host(kind)
        case .cluster(let cluster): self = .cluster(cluster)
        }
    }

    /// Nova's `hypervisor_type` for what the virtualisation drivers report of themselves.
    init(novaType type: String?) {
        switch type.flatMap(HypervisorKind.init(reportedAs:)) {
        case .vmware?: self = .cluster(nil)
        case let kind? where ImageKind(.host(kind)) != nil: self = .host(kind)
        default: self = .other(type ?? "unknown")
        }
    }

    /// What Nova should report.
    var novaTypes: Set<String> {
        if case .other(let type) = self { [type] } else { kind?.reports ?? [] }
    }
}
