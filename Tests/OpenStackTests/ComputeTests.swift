import Foundation
import Testing

@testable import OpenStack

@Suite("Nova's hosts, flavors and aggregates", .timeLimit(.minutes(1)))
struct ComputeTests {
    let stub: StubCloud
    let cloud: Cloud

    init() throws {
        stub = try StubCloud()
        cloud = stub.cloud()
    }

    @Test("have a flavor made once, its extra specs added, and one with other numbers kept")
    func flavor() async throws {
        for isNew in [true, false] {
            let flavor = try await cloud.ensureFlavor("tiny", vcpus: 1, ramMB: 128, diskGB: 1)
            #expect(flavor.changed == isNew)
        }
        for isNew in [true, false] {
            let flavor = try await cloud.ensureFlavor(
                "tiny", vcpus: 1, ramMB: 128, diskGB: 1, extraSpecs: ["hw:cpu_policy": "shared"])
            #expect(flavor.changed == isNew)
        }
        #expect(stub.writes == ["POST /compute/v2.1/flavors", "POST /compute/v2.1/flavors/flavors-1/os-extra_specs"])
        let error = await failure { try await cloud.ensureFlavor("tiny", vcpus: 2, ramMB: 128, diskGB: 1) }
        #expect(error?.kind == .conflict)
        #expect(
            error?.reason.hasPrefix(
                "it should have 2 vCPUs, 128 MB, 1 GB, but there is one with 1 vCPUs, 128 MB, 1 GB;")
                == true)
    }

    @Test("have an aggregate made once, and completed after a kill")
    func aggregate() async throws {
        for isNew in [true, false] {
            #expect(try await cloud.ensureAggregate("vmware-a", zone: "vmware-a", hosts: ["h1"]) == isNew)
        }
        #expect(stub.writes == ["POST /compute/v2.1/os-aggregates", "POST /compute/v2.1/os-aggregates/1/action"])
        #expect(
            try await cloud.ensureAggregate(
                "vmware-a", zone: "vmware-b", hosts: ["h1", "h2"], metadata: ["hypervisor": "vmware"]))
        let last = stub.calls.filter { $0.method == "POST" }.suffix(2).map(\.json)
        #expect(
            last == [
                ["set_metadata": ["metadata": ["availability_zone": "vmware-b", "hypervisor": "vmware"]]],
                ["add_host": ["host": "h2"]],
            ])
        let aggregates = try await cloud.aggregates()
        #expect(aggregates.map(\.hosts) == [["h1", "h2"]])
        stub.script(
            "POST /compute/v2.1/os-aggregates/1/action",
            Answer(409, ["conflictingRequest": ["code": 409, "message": "One or more hosts already in other zones"]]))
        let error = await failure { try await cloud.ensureAggregate("vmware-a", zone: "vmware-b", hosts: ["h3"]) }
        #expect(error?.kind == .status(409) && error?.doing == "add h3 to aggregate vmware-a")
    }

    /// As Zed's Nova answers, API 2.93.
    @Test("are read with UUIDs, and with the numbers of older versions")
    func hypervisors() async throws {
        stub.script(
            "GET /compute/v2.1/os-hypervisors/detail",
            Answer(
                200,
                text: """
                    {"hypervisors": [
                     {"id": "1c3d2f0e-0000-4000-8000-000000000001", "hypervisor_hostname": "domain-c8.5a1b",
                      "state": "up", "status": "enabled", "hypervisor_type": "VMware vCenter Server",
                      "hypervisor_version": 6005000, "host_ip": "10.77.0.31", "uptime": null,
                      "service": {"id": "x", "host": "vmware1-cluster_a", "disabled_reason": null},
                      "servers": [{"uuid": "s1", "name": "instance-00000001"}]},
                     {"id": 7, "hypervisor_hostname": "kvm1", "state": "up", "status": "enabled",
                      "hypervisor_type": "QEMU", "hypervisor_version": 7002000, "service": {"id": 3, "host": "kvm1"}}]}
                    """))
        let found = try await cloud.hypervisors()
        // From 2.88 on Nova asks every nova-compute before it answers.
        #expect(stub.calls.last?.headers["openstack-api-version"] == "compute 2.87")
        #expect(
            found.map(\.type) == ["VMware vCenter Server", "QEMU"] && found.map(\.version) == [6_005_000, 7_002_000])
        #expect(found.map(\.id) == ["1c3d2f0e-0000-4000-8000-000000000001", "7"])
        #expect(found.map(\.service.host) == ["vmware1-cluster_a", "kvm1"])
        #expect(found.map(\.servers.count) == [1, 0])
    }

    @Test("have resources in Placement")
    func placement() async throws {
        let root = "/placement/resource_providers"
        stub.script(
            "GET \(root)", Answer(200, ["resource_providers": [["uuid": "u", "name": "kvm1", "generation": 3]]]))
        stub.script(
            "GET \(root)/u/inventories",
            Answer(
                200,
                text: #"{"inventories": {"VCPU": {"total": 2, "reserved": 0, "allocation_ratio": 4.0, "min_unit": 1}}}"#
            ))
        stub.script("GET \(root)/u/usages", Answer(200, ["usages": ["VCPU": 1], "resource_provider_generation": 3]))
        stub.script(
            "GET /placement/allocations/s",
            Answer(200, ["allocations": ["u": ["resources": ["VCPU": 1], "generation": 2]]]))
        #expect(try await cloud.resourceProviders().map(\.name) == ["kvm1"])
        #expect(try await cloud.inventories(ofProvider: "u")["VCPU"]?.capacity == 8)
        #expect(try await cloud.usages(ofProvider: "u") == ["VCPU": 1])
        #expect(try await cloud.allocations(ofConsumer: "s") == ["u": ["VCPU": 1]])
    }

    @Test("have quotas that are set where they differ")
    func quotas() async throws {
        let compute = "/compute/v2.1/os-quota-sets/p"
        let answer = Answer(200, ["quota_set": ["id": "p", "cores": 20, "instances": 10]])
        stub.script("GET \(compute)", answer, answer)
        stub.script("PUT \(compute)", answer)
        #expect(try await !cloud.ensureQuotas(.compute, ofProject: "p", ["cores": 20]))
        #expect(try await cloud.ensureQuotas(.compute, ofProject: "p", ["cores": 20, "instances": -1]))
        #expect(stub.calls.last?.json == ["quota_set": ["instances": -1]])
        stub.script("GET /network/v2.0/quotas/p", Answer(200, ["quota": ["port": 500]]))
        #expect(try await cloud.quotas(.network, ofProject: "p") == ["port": 500])
    }
}
