import GuestImage
import ImageMeta
import OpenStack
import Topology

/// What an instance is made of.
struct Ingredients: Sendable, Equatable {
    var image: OpenStack.Image
    var flavor: OpenStack.Flavor
    var network: OpenStack.Network
    /// Whether the image is our own tiny guest, which says on its console who it is.
    var provesItself: Bool
}

/// Which image a hypervisor boots.
enum ImageKind: String, Sendable, CaseIterable {
    case libvirt, lxc, vmware

    /// nil: Polyvisor has no image for such a hypervisor.
    init?(_ driver: Subject.Driver) {
        switch driver.kind?.image.hypervisorType {
        case "lxc": self = .lxc
        case "qemu": self = .libvirt
        case "vmware": self = .vmware
        default: return nil
        }
    }

    /// Whose rules for properties hold; nil where none are known.
    var target: ImageTarget? {
        switch self {
        case .libvirt: .kvm
        case .lxc: nil
        case .vmware: .vmware
        }
    }

    /// Glance's `img_hv_type` that such a hypervisor takes (nova/objects/fields.py, HVType).
    var hypervisorTypes: Set<String> {
        Set(inTopology.flatMap(\.instances))
    }

    /// As topologies name such hypervisors.
    var inTopology: Set<HypervisorKind> {
        Set(HypervisorKind.allCases.filter { ImageKind(.host($0)) == self })
    }

    /// Whether an image is of a form that boots there, as far as its format and its tags tell.
    func fits(_ image: OpenStack.Image) -> Bool {
        if let type = image.properties["img_hv_type"] ?? image.properties["hypervisor_type"] {
            return hypervisorTypes.contains(type.lowercased())
        }
        return switch self {
        case .libvirt: ["qcow2", "raw"].contains(image.diskFormat)
        case .lxc: false
        case .vmware: image.diskFormat == "vmdk"
        }
    }
}

extension OpenStack.Image {
    fileprivate var isTinyGuest: Bool { properties[GuestReport.imageProperty] != nil }
}

extension Lab {
    /// What verification boots on a kind of hypervisor: the image that `verify` names, or the first that is for the kind.
    func image(for kind: ImageKind) -> Topology.Image? {
        let named = images.filter { $0.name == verify.image }
        return (named + images).first { !kind.inTopology.isDisjoint(with: $0.hypervisors) }
    }
}

extension Verification.Images {
    fileprivate subscript(kind: ImageKind) -> String {
        switch kind {
        case .libvirt: libvirt
        case .lxc: lxc
        case .vmware: vmware
        }
    }
}

/// Chooses what to boot from what a cloud has.
struct Chooser: Sendable {
    var overview: CloudOverview
    let target: Target
    /// The names of a lab's own images; nil: any.
    let images: Verification.Images?

    /// MiB and GiB without which the tiny guest does not start.
    private static let leastRAM = 96
    private static let leastDisk = 1

    func ingredients(for subject: Subject) throws(CheckFailure) -> Ingredients {
        guard let kind = ImageKind(subject.driver) else {
            let type = subject.driver.kind?.rawValue ?? subject.driver.title
            throw CheckFailure(layer: .polyvisor, reason: "has no image for hypervisors of type \"\(type)\"")
        }
        let image = try image(for: kind)
        return Ingredients(
            image: image, flavor: try flavor(for: image), network: try network(for: kind, on: subject.host),
            provesItself: target.lab.map { $0.image(for: kind)?.source == .tinyGuest }
                ?? image.isTinyGuest)
    }

    // MARK: Image

    private func image(for kind: ImageKind) throws(CheckFailure) -> OpenStack.Image {
        if let images { return try named(images[kind]) }
        if let name = target.image { return try named(name) }
        guard let image = found(for: kind) else {
            throw CheckFailure(
                layer: .glance, reason: "has no active image for \(kind.rawValue) hypervisors",
                look: "`openstack image list --long`, or give --image NAME")
        }
        return image
    }

    /// Our own before others, then the smallest.
    func found(for kind: ImageKind) -> OpenStack.Image? {
        overview.images.filter { $0.status == "active" && kind.fits($0) && $0.diskFormat != "iso" }.min { a, b in
            if a.isTinyGuest != b.isTinyGuest { return a.isTinyGuest }
            return (a.size ?? .max, a.name ?? "") < (b.size ?? .max, b.name ?? "")
        }
    }

    /// Whether the cloud has an image of ours for a kind.
    func hasOwn(_ kind: ImageKind) -> Bool { found(for: kind)?.isTinyGuest == true }

    private func named(_ name: String) throws(CheckFailure) -> OpenStack.Image {
        guard let image = overview.images.first(where: { $0.name == name || $0.id == name }) else {
            throw CheckFailure(layer: .glance, reason: "has no image \(name)", look: "`openstack image list`")
        }
        guard image.status == "active" else {
            let look = "/var/log/glance/glance-api.log on \(target.controller)"
            throw CheckFailure(layer: .glance, reason: "image \(name) is \(image.status)", look: look)
        }
        return image
    }

    // MARK: Flavor

    /// - Parameter image: nil: the tiny guest, which is still to be uploaded.
    func flavor(for image: OpenStack.Image?) throws(CheckFailure) -> OpenStack.Flavor {
        if let name = target.flavor {
            guard let flavor = overview.flavors.first(where: { $0.name == name || $0.id == name }) else {
                throw CheckFailure(layer: .nova, reason: "has no flavor \(name)", look: "`openstack flavor list`")
            }
            return flavor
        }
        let ram = max(image?.minRAM ?? 0, Self.leastRAM)
        let disk = max(image?.minDisk ?? 0, Self.leastDisk, gibibytes(image?.virtualSize))
        // A flavor with extra specs may ask for hosts, devices or huge pages of its own.
        let fitting = overview.flavors.filter { $0.ram >= ram && $0.disk >= disk && ($0.extraSpecs ?? [:]).isEmpty }
        guard
            let flavor = fitting.min(by: { ($0.ram, $0.disk, $0.vcpus, $0.name) < ($1.ram, $1.disk, $1.vcpus, $1.name) }
            )
        else {
            throw CheckFailure(
                layer: .nova,
                reason: "has no flavor with at least \(ram) MiB, a disk of \(disk) GiB and no extra specs",
                look: "`openstack flavor list --long`, or give --flavor NAME")
        }
        return flavor
    }

    private func gibibytes(_ bytes: Int64?) -> Int { Int(((bytes ?? 0) + (1 << 30) - 1) >> 30) }
}
