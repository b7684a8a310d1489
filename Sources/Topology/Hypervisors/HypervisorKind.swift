public import ImageMeta

/// A kind of hypervisor as one value: how topologies name it, what Nova drives it with and since when, what Nova reports of
/// it, what it boots, and what it cannot do.
///
/// A kind is a file in this folder and an entry in `allCases`. It stands below the rules of a topology because they ask for it
/// too. What only one kind has (a cluster, an ESXi host's address) is in `Hypervisor`.
public struct HypervisorKind: Sendable {
    /// The word in topologies.
    public let rawValue: String
    /// For people; kinds that Nova does not tell apart have the same.
    public let title: String
    /// How Nova reaches it.
    public let driver: Driver
    /// The releases that drive it.
    public let span: Span
    /// What Nova may call it in its list of hypervisors (`hypervisor_type`).
    public let reports: Set<String>
    /// The types of instances that the driver reports in `supported_instances`, with which ImagePropertiesFilter compares.
    public let instances: [String]
    /// What it boots.
    public let image: ImageForm
    /// The kind whose images it boots too; topologies need not name it where they name that one.
    public let bootsImagesOf: String?
    /// Its column in Nova's support matrix; nil: it has none.
    public let matrix: MatrixColumn?
    /// What it has not, of what most have.
    public let lacks: Set<Feature>

    init(
        _ word: String, title: String, driver: Driver, span: Span = Span(), reports: Set<String>, instances: [String],
        image: ImageForm, bootsImagesOf: String? = nil, matrix: MatrixColumn? = nil, lacks: Set<Feature> = []
    ) {
        (rawValue, self.title, self.driver, self.span, self.reports) = (word, title, driver, span, reports)
        (self.instances, self.image, self.bootsImagesOf) = (instances, image, bootsImagesOf)
        (self.matrix, self.lacks) = (matrix, lacks)
    }
}

extension HypervisorKind {
    /// How Nova reaches a hypervisor.
    public enum Driver: Sendable, Equatable {
        /// By libvirt on the node, with this `virt_type` and Nova's default `connection_uri` for it
        /// (nova/virt/libvirt/driver.py).
        case libvirt(virtType: String, uri: String)
        /// By a driver of its own: the value of `compute_driver`. All releases take the short form.
        case own(String)
    }

    /// The releases in which Nova's own tree has the driver, or libvirt's `virt_type` the choice.
    public struct Span: Sendable, Equatable {
        /// The first; nil: it was there before Havana.
        public var since: String?
        /// What to say of an older one.
        public var before = ""
        /// The first without it; nil: it is still there.
        public var until: String?
        /// What to say of that and newer ones.
        public var after = ""
    }

    /// An image in Glance as a hypervisor takes it.
    public struct ImageForm: Sendable, Equatable {
        /// `img_hv_type` (nova/objects/fields.py, HVType).
        public let hypervisorType: String
        /// The `disk_format` in which Polyvisor uploads it.
        public let diskFormat: String
        /// The formats that the driver declares (`supports_image_type_…` in nova/virt/*/driver.py).
        public var accepts = ["raw", "qcow2", "iso", "ami"]
        /// Whose demands on an image's properties hold; nil where they are not known.
        public var target: ImageTarget?
    }

    /// What most hypervisors have.
    public enum Feature: Sendable, Hashable {
        /// A screen of an instance.
        case screen
        /// A VNC server of an instance that novncproxy reaches.
        case vnc
        /// Instances plugged into bridges of the node's own kernel.
        case bridges
        /// Networks of Polyvisor's tunnels.
        case overlays
        /// nova-network beside it, as `multi_host` wants it.
        case novaNetwork
        /// The processor of the host, which libvirt gives to the instance.
        case hostCPU
    }
}

// MARK: - Kinds are told apart by their words

extension HypervisorKind: RawRepresentable, Hashable, CaseIterable {
    /// All kinds, in the order in which the schema lists them.
    public static let allCases: [HypervisorKind] = [
        kvm, qemu, lxc, xen, uml, hyperv, ironic, docker, vmware, vmwareESX,
    ]

    /// nil: there is no such kind.
    public init?(rawValue: String) {
        guard let kind = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = kind
    }

    /// The kind that Nova reports by this `hypervisor_type`; QEMU for KVM too, which Nova does not tell from it.
    public init?(reportedAs type: String) {
        let found = Self.allCases.filter { $0.reports.contains(type) }
        guard let kind = found.contains(.qemu) ? .qemu : found.first else { return nil }
        self = kind
    }

    public static func == (a: HypervisorKind, b: HypervisorKind) -> Bool { a.rawValue == b.rawValue }

    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}

// MARK: - What follows from a kind

extension HypervisorKind {
    /// Whether Nova reaches it by libvirt.
    public var isLibvirt: Bool { libvirtURI != nil }

    /// Where libvirt answers; nil where there is none.
    public var libvirtURI: String? { if case .libvirt(_, let uri) = driver { uri } else { nil } }

    /// The value of `[libvirt] virt_type`; nil where libvirt does not drive it.
    public var virtType: String? { if case .libvirt(let type, _) = driver { type } else { nil } }

    /// The value of `[DEFAULT] compute_driver`.
    public var computeDriver: String { if case .own(let name) = driver { name } else { "libvirt.LibvirtDriver" } }

    /// Whether instances are virtual machines of vSphere.
    public var isVSphere: Bool { image.hypervisorType == "vmware" }

    /// Whether instances are whole machines, of which nothing is shared out.
    public var isBareMetal: Bool { image.hypervisorType == "baremetal" }

    /// Whether instances are processes of QEMU, with KVM or without.
    public var runsQEMU: Bool { image.hypervisorType == "qemu" }

    /// Whether instances are a root file system without a disk format and a screen, under libvirt.
    public var isContainer: Bool { isLibvirt && image.diskFormat == "raw" }

    /// The kinds that boot an image which a topology has for this one: QEMU those for KVM, an ESXi host a vCenter's.
    var served: [HypervisorKind] { Self.allCases.filter { $0 == self || $0.bootsImagesOf == rawValue } }
}
