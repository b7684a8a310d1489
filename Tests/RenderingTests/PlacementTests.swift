import Release
import Testing

@testable import Rendering
@testable import Topology

@Suite("where an image may land")
struct PlacementTests {
    private func placement(_ lab: Lab, zone: String? = nil, network: String? = nil) throws -> Placement {
        try Placement(
            of: lab.images[0].name, flavor: lab.flavors[0].name, zone: zone, network: network, in: lab,
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
        lab.nodes[1].hypervisor = .host(.qemu)
        #expect(hosts(try placement(lab).forms[0]) == [])
        lab.nodes[1].hypervisor = .host(.kvm)
        #expect(hosts(try placement(lab).forms[0]) == ["kvm1"])
    }

    @Test("is in the zone that is asked for, and no memory that vSphere refuses")
    func zones() throws {
        var lab = try Labs.mixed
        #expect(hosts(try placement(lab, zone: "vmware-b").forms[1]) == ["vmware1-cluster_b"])
        lab.flavors[0].ramMB = 510
        let reasons = try placement(lab).forms[1].candidates[1].reasons
        #expect(
            reasons == ["vSphere: 510 MB of memory is not a multiple of 4 MB, so vSphere refuses the virtual machine"])
    }

    @Test("is where one host is large enough, as far as the topology says what it has")
    func size() throws {
        var lab = try Labs.mixed
        lab.flavors[0].vcpus = 16
        lab.flavors[0].ramMB = 8192
        #expect(hosts(try placement(lab).forms[0]) == ["kvm1"])
        lab.nodes[1].capacity = HypervisorCapacity(vcpus: 8, ramMB: 8192, diskGB: 100)
        lab.vcenters[0].clusters[0].capacity = HypervisorCapacity(vcpus: 64, ramMB: 4096)
        let forms = try placement(lab).forms
        #expect(
            forms[0].candidates[0].reasons == [
                "Placement: the flavor asks for 16 vCPUs (VCPU), and the host has 8"
            ])
        #expect(
            forms[1].candidates[1].reasons == [
                "Placement: the flavor asks for 8192 MB (MEMORY_MB), and its largest host has 4096"
            ])
        #expect(hosts(forms[1]) == ["vmware1-cluster_b"])
    }

    @Test("is judged by RamFilter in Havana to Kilo, and by vSphere's processors")
    func legacySize() throws {
        var lab = try Labs.named("legacy-icehouse-neutron")
        (lab.flavors[0].vcpus, lab.flavors[0].ramMB) = (16, 8192)
        lab.nodes[2].capacity = HypervisorCapacity(vcpus: 8, ramMB: 6000)
        #expect(hosts(try placement(lab).forms[0]) == ["kvm1"])
        lab.nodes[2].capacity.ramMB = 4096
        #expect(
            try placement(lab).forms[0].candidates[0].reasons == [
                "RamFilter: the flavor asks for 8192 MB (MEMORY_MB), and the host has 4096, of which"
                    + " ram_allocation_ratio makes half as much again"
            ])
        lab.vcenters[0].clusters[0].capacity = HypervisorCapacity(vcpus: 8, ramMB: 4096)
        let found = try placement(lab).forms[1].candidates
        #expect(found.map(\.host) == ["kvm1", "vmware1", "vmware1"])
        #expect(
            found[1].reasons == ["vSphere: the flavor asks for 16 vCPUs (VCPU), and its largest host has 8"])
        #expect(found.map(\.hypervisor) == ["kvm", "vmware (vc1/cluster_a)", "vmware (vc1/cluster_b)"])
        #expect(
            try placement(lab, network: "inner").forms[1].candidates[2].reasons == [
                "network: vmware1 puts the instance on br-int, which is provider and not inner; the scheduler does"
                    + " not ask for it"
            ])
        #expect(try placement(lab).order.contains("the most free memory (the default weights)"))
    }

    private func specs(_ pairs: [(String, String)]) -> [Setting] { pairs.map { Setting(name: $0, value: $1) } }

    @Test("is where an aggregate has the property that the flavor asks for")
    func aggregates() throws {
        var lab = try Labs.mixed
        let mark = lab.releaseMark
        lab.aggregates = [
            Aggregate(
                name: "fast", members: [.cluster(ClusterReference(vcenter: "vc1", cluster: "cluster_b"))],
                properties: specs([("disk", "ssd, nvme")]), mark: mark),
            Aggregate(name: "slow", members: [.node("kvm1")], properties: specs([("disk", "hdd")]), mark: mark),
        ]
        lab.flavors[0].extraSpecs = specs([("aggregate_instance_extra_specs:disk", "nvme")])
        let forms = try placement(lab).forms
        #expect(hosts(forms[1]) == ["vmware1-cluster_b"])
        let filter = "AggregateInstanceExtraSpecsFilter: the flavor asks for disk=nvme, and"
        #expect(forms[0].candidates[0].reasons == ["\(filter) its aggregates say hdd"])
        #expect(forms[1].candidates[1].reasons == ["\(filter) none of its aggregates says"])
        lab.flavors[0].extraSpecs[0].value = "<or> hdd <or> ssd"
        let both = try placement(lab).forms
        #expect(hosts(both[0]) == ["kvm1"] && hosts(both[1]) == ["vmware1-cluster_b"])
    }

    @Test("is nowhere for an extra spec without a scope, and unknown for what only a cloud can judge")
    func scopes() throws {
        var lab = try Labs.mixed
        lab.flavors[0].extraSpecs = specs([
            ("disk", "ssd"), ("hw:cpu_policy", "dedicated"), ("trait:HW_CPU", "required"),
        ])
        let found = try placement(lab)
        #expect(
            found.forms[0].candidates[0].reasons == [
                "ComputeCapabilitiesFilter: takes disk for a capability of the host, which none reports; write"
                    + " aggregate_instance_extra_specs:disk"
            ])
        #expect(found.notJudged == ["hw:cpu_policy", "trait:HW_CPU"])
        #expect("\(found)".hasSuffix("not judged here: hw:cpu_policy, trait:HW_CPU\n"))
    }

    @Test("is an Ironic machine for a flavor that asks for its class and nothing else")
    func ironic() throws {
        var lab = try Labs.mixed
        lab.nodes[1].hypervisor = .host(.ironic)
        lab.images[0].hypervisors = [.ironic]
        lab.flavors[0].extraSpecs = specs([
            ("resources:CUSTOM_METAL", "1"), ("resources:VCPU", "0"), ("resources:MEMORY_MB", "0"),
            ("resources:DISK_GB", "0"),
        ])
        #expect(hosts(try placement(lab).forms[0]) == ["kvm1"])
        lab.nodes[1].hypervisor = .host(.kvm)
        lab.images[0].hypervisors = [.kvm]
        #expect(
            try placement(lab).forms[0].candidates[0].reasons == [
                "Placement: the host has no resource of class CUSTOM_METAL"
            ])
    }

    @Test("names the hypervisors that can attach to each network, and why the others cannot")
    func networks() throws {
        var lab = try Labs.named("legacy-icehouse-neutron")
        (lab.release, lab.mechanismDriver) = ("zed", nil)
        lab.networks[0].portGroup = "vlan-120"
        lab.nodes[2].physicalInterfaces = []
        let found = try placement(lab)
        #expect(found.networks.map(\.hosts) == [["vmware1-cluster_a", "vmware1-cluster_b"], ["kvm1"]])
        #expect(
            found.networks[0].reasons == ["kvm1 cannot attach to provider: kvm1 has no interface on physnet1"])
        #expect(
            found.networks[1].reasons.first
                == "vmware1-cluster_a cannot attach to inner: no overlay reaches vSphere")
        let asked = try placement(lab, network: "inner").forms[1].candidates[1].reasons
        #expect(
            asked == [
                "network: vmware1-cluster_a cannot attach to inner: no overlay reaches vSphere; the scheduler does"
                    + " not ask for it"
            ])
        lab.networks[0].portGroup = nil
        #expect(
            try placement(lab).networks[0].reasons.contains(
                "vmware1-cluster_a cannot attach to provider, which names no port_group"))
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
        lab.nodes[1].hypervisor = .host(.ironic)
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
