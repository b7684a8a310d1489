public import Topology

extension Release {
    /// What Nova of this release can do with a kind of hypervisor, and Polyvisor with both.
    ///
    /// The spans are those in which Nova's own tree defines the driver, or libvirt's `virt_type` has the choice.
    public func support(for hypervisor: HypervisorKind) -> HypervisorSupport {
        let driver = ComputeDriver.of(hypervisor)
        if let first = driver.first, isBefore(first) { return .noDriver(driver.before) }
        if let gone = driver.gone, !isBefore(gone) { return .noDriver(driver.after) }
        return name == "zed" && [.kvm, .qemu, .vmware].contains(hypervisor) ? .rendered : .notRendered
    }

    /// The value of `[DEFAULT] compute_driver` for a kind of hypervisor; nil when this release has no driver for it.
    public func computeDriver(for hypervisor: HypervisorKind) -> String? {
        if case .noDriver = support(for: hypervisor) { return nil }
        return ComputeDriver.of(hypervisor).value
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

/// A driver of Nova's own tree, with the releases that have it.
struct ComputeDriver: Sendable {
    /// The value of `[DEFAULT] compute_driver`; all releases take the short form.
    var value: String
    /// The first release that has it; nil: it was there before Havana.
    var first: String?
    var before = ""
    /// The first catalogued release without it; nil: it is still there.
    var gone: String?
    var after = ""

    /// The driver of a kind of hypervisor.
    static func of(_ hypervisor: HypervisorKind) -> ComputeDriver {
        switch hypervisor {
        case .kvm, .qemu, .lxc: ComputeDriver(value: "libvirt.LibvirtDriver")
        case .xen: libvirt("Xen", "xen")
        case .uml: libvirt("UML", "uml")
        case .vmware: ComputeDriver(value: "vmwareapi.VMwareVCDriver")
        case .vmwareESX:
            ComputeDriver(
                value: "vmwareapi.VMwareESXDriver", gone: "juno",
                after: "Nova drives no single ESXi host since Juno; put the host into a cluster of a vCenter")
        case .hyperv:
            ComputeDriver(
                value: "nova.virt.hyperv.driver.HyperVDriver", gone: "2024.1",
                after: "Nova drives no Hyper-V since 2024.1; 2023.2 is the last release that does")
        case .ironic:
            ComputeDriver(
                value: "nova.virt.ironic.IronicDriver", first: "juno",
                before: "Nova's driver for Ironic came with Juno")
        case .docker:
            ComputeDriver(
                value: "docker.DockerDriver", gone: "icehouse",
                after: "Nova's Docker driver left its tree with Icehouse")
        }
    }

    private static func libvirt(_ name: String, _ choice: String) -> ComputeDriver {
        ComputeDriver(
            value: "libvirt.LibvirtDriver", gone: "wallaby",
            after: "Nova drives no \(name) since Wallaby, which took \(choice) out of libvirt's virt_type")
    }
}
