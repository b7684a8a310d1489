import Testing

@testable import Topology

@Suite("a kind of hypervisor")
struct HypervisorKindTests {
    @Test("is found by its word, and no two have the same")
    func words() {
        #expect(Set(HypervisorKind.allCases.map(\.rawValue)).count == HypervisorKind.allCases.count)
        for kind in HypervisorKind.allCases { #expect(HypervisorKind(rawValue: kind.rawValue) == kind) }
        #expect(HypervisorKind(rawValue: "bhyve") == nil)
    }

    /// What a kind cannot do without, so that no checks, templates or judgements fall through.
    @Test("is complete", arguments: HypervisorKind.allCases)
    func complete(kind: HypervisorKind) {
        #expect(!kind.title.isEmpty && !kind.reports.isEmpty && !kind.instances.isEmpty && !kind.computeDriver.isEmpty)
        #expect(kind.instances.contains(kind.image.hypervisorType) || kind.runsQEMU)
        #expect(kind.image.accepts.contains(kind.image.diskFormat))
        #expect((kind.span.since == nil) == kind.span.before.isEmpty)
        #expect((kind.span.until == nil) == kind.span.after.isEmpty)
        #expect(kind.virtType == (kind.isLibvirt ? kind.rawValue : nil))
        // Only bridges of a node's kernel carry Polyvisor's tunnels and nova-network's gateway.
        #expect(kind.lacks.contains(.bridges) == kind.lacks.contains(.overlays))
        if let other = kind.bootsImagesOf { #expect(HypervisorKind(rawValue: other)?.image == kind.image) }
    }

    @Test("is what Nova reports; KVM and QEMU report the same")
    func reported() {
        for kind in HypervisorKind.allCases where kind != .vmwareESX {
            for name in kind.reports {
                #expect(HypervisorKind(reportedAs: name)?.title == kind.title, "\(name)")
            }
        }
        #expect(HypervisorKind(reportedAs: "QEMU") == .qemu && HypervisorKind(reportedAs: "zVM") == nil)
        #expect(HypervisorKind(reportedAs: "VMware vCenter Server") == .vmware)
    }

    @Test("boots the images of another where that one's are the same")
    func served() {
        #expect(HypervisorKind.kvm.served == [.kvm, .qemu] && HypervisorKind.qemu.served == [.qemu])
        #expect(HypervisorKind.vmware.served == [.vmware, .vmwareESX])
        for kind in HypervisorKind.allCases where ![.kvm, .vmware].contains(kind) { #expect(kind.served == [kind]) }
    }

    @Test("is asked by virsh only where libvirt drives it")
    func libvirt() {
        let libvirt = HypervisorKind.allCases.filter(\.isLibvirt)
        #expect(libvirt == [.kvm, .qemu, .lxc, .xen, .uml])
        #expect(
            libvirt.map(\.libvirtURI) == ["qemu:///system", "qemu:///system", "lxc:///", "xen:///", "uml:///system"])
        #expect(HypervisorKind.allCases.filter(\.isVSphere) == [.vmware, .vmwareESX])
        #expect(HypervisorKind.allCases.filter(\.runsQEMU) == [.kvm, .qemu])
        #expect(HypervisorKind.allCases.filter(\.isContainer) == [.lxc, .uml])
        #expect(HypervisorKind.allCases.filter(\.isBareMetal) == [.ironic])
    }
}
