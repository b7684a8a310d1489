import Release
import Testing

@testable import Rendering
@testable import Topology

@Suite("where an image may land")
struct PlacementTests {
    private func placement(_ lab: Lab, zone: String? = nil) throws -> Placement {
        try Placement(
            of: lab.images[0].name, flavor: lab.flavors[0].name, zone: zone, in: lab,
            release: try Release(named: lab.release))
    }

    private func hosts(_ form: Placement.Form) -> [String] { form.candidates.filter(\.fits).map(\.host) }

    @Test("is on the hypervisors that its form is for")
    func forms() throws {
        let forms = try placement(Labs.mixed).forms
        #expect(forms.map(\.name) == ["tiny-qcow2", "tiny-vmdk"])
        #expect(hosts(forms[0]) == ["kvm1"])
        #expect(hosts(forms[1]) == ["vmware1-cluster_a", "vmware1-cluster_b"])
        #expect(
            forms[1].candidates[0].reasons == [
                "ImagePropertiesFilter: the image is for vmware, and the host reports kvm and qemu",
                "Placement: the host has not the trait COMPUTE_IMAGE_TYPE_VMDK (query_placement_for_image_type_support)",
            ])
    }

    @Test("is not where the image's own property says another hypervisor")
    func property() throws {
        var lab = try Labs.mixed
        lab.images[0].hypervisors = [.kvm]
        lab.images[0].properties = [ImageProperty(name: "img_hv_type", value: "kvm")]
        lab.nodes[1].hypervisor = .qemu
        #expect(hosts(try placement(lab).forms[0]) == [])
        lab.nodes[1].hypervisor = .kvm
        #expect(hosts(try placement(lab).forms[0]) == ["kvm1"])
    }

    @Test("is in the zone that is asked for, and no memory that vSphere refuses")
    func zones() throws {
        var lab = try Labs.mixed
        #expect(hosts(try placement(lab, zone: "vmware-b").forms[1]) == ["vmware1-cluster_b"])
        lab.flavors[0].ramMB = 510
        let reasons = try placement(lab).forms[1].candidates[1].reasons
        #expect(reasons == ["vSphere: 510 MB is no multiple of 4, so the virtual machine cannot be made"])
    }

    @Test("is not known of names that the lab has not")
    func names() throws {
        let lab = try Labs.mixed
        let error = #expect(throws: PlacementError.self) { try placement(lab, zone: "vmware_a") }
        #expect(error?.description == "the lab has no availability zone vmware_a\n  hint: did you mean vmware-a?")
    }

    @Test("reads as a list of hosts with what speaks against each")
    func text() throws {
        var lab = try Labs.mixed
        lab.nodes[1].hypervisor = .ironic
        lab.images[0].hypervisors = [.ironic]
        #expect(
            "\(try placement(lab))".hasPrefix(
                """
                tiny-qcow2 (img_hv_type baremetal, qcow2), flavor tiny (1 vCPU, 512 MB, 1 GB)
                  ✗ kvm1               ironic, zone kvm
                      Placement: Ironic's nodes have resource classes of their own, and flavor tiny asks for vCPUs and memory

                """.replacing("\n\n", with: "\n")))
    }
}
