public import Topology

/// An OpenStack release as Polyvisor knows it: what it accepts, what it is made of, what is wrong with it.
public struct Release: Sendable {
    /// The name in the catalogue, e.g. `zed`.
    public let name: String
    /// Every option of every configuration file of the release.
    public let catalog: OptionCatalog
    /// Packages, services and paths on the distribution that carries the release.
    public let distribution: Distribution
    /// Defects of the release that bite labs of several hypervisors.
    public let knownDefects: [KnownDefect]

    /// The release of this name.
    ///
    /// Throws when Polyvisor has no such release, with the list of those that there are.
    public init(named name: String) throws(ReleaseError) {
        guard name == "zed" else { throw ReleaseError(asked: name, available: Release.names) }
        self.name = name
        catalog = OptionCatalog(release: name)
        distribution = .debian12Zed
        knownDefects = KnownDefect.register.filter { $0.affects(release: name) }
    }

    /// The releases that `init(named:)` takes.
    public static let names = ["zed"]

    /// What Nova of this release can do with a kind of hypervisor, and Polyvisor with both.
    public func support(for hypervisor: HypervisorKind) -> HypervisorSupport {
        switch hypervisor {
        case .kvm, .qemu, .vmware: .rendered
        case .lxc, .hyperv, .ironic: .notRendered
        case .xen: .noDriver("Nova drives no Xen since Wallaby, which took xen out of libvirt's virt_type")
        case .uml: .noDriver("Nova drives no UML since Wallaby, which took uml out of libvirt's virt_type")
        case .docker: .noDriver("Nova's Docker driver left its tree with Icehouse")
        case .vmwareESX:
            .noDriver("Nova drives no single ESXi host since Juno; put the host into a cluster of a vCenter")
        }
    }
}

/// Whether a hypervisor can be used with a release.
public enum HypervisorSupport: Sendable, Equatable {
    case rendered
    /// Nova has a driver, but Polyvisor writes no configuration for it.
    case notRendered
    /// Nova has no driver; since when, and what to do.
    case noDriver(String)
}

/// A release that Polyvisor does not know.
public struct ReleaseError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The name that was asked for.
    public let asked: String
    /// Those that there are.
    public let available: [String]

    public var description: String {
        let nearest = nearest(to: asked, among: available).map { "; did you mean \($0)?" } ?? ""
        return "there is no release “\(asked)”: Polyvisor has \(available.joined(separator: ", "))\(nearest)"
    }
}
