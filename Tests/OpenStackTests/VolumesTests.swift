import Testing

@testable import OpenStack

@Suite("Cinder's volumes and backends", .timeLimit(.minutes(1)))
struct VolumesTests {
    let stub: StubCloud
    let cloud: Cloud

    init() throws {
        stub = try StubCloud()
        cloud = stub.cloud()
    }

    /// A catalogue with Cinder under a name.
    private func call(it type: String) {
        let endpoint: JSON = [
            "interface": "public", "region_id": "RegionOne", "url": .string(stub.root + "/volume/v3/p"),
        ]
        let catalog: JSON = [["type": .string(type), "endpoints": [endpoint]]]
        stub.script(
            "POST /identity/v3/auth/tokens",
            Answer(201, ["token": ["catalog": catalog]], headers: ["X-Subject-Token": "t"]))
    }

    @Test("are found under each name that catalogues have for it", arguments: ["volumev3", "block-storage"])
    func names(_ type: String) async throws {
        call(it: type)
        stub.script(
            "GET /volume/v3/p/volumes/v1",
            Answer(200, text: #"{"volume": {"id": "v1", "status": "in-use", "os-vol-host-attr:host": "c@ceph#ceph"}}"#))
        #expect(try await cloud.has(.volume))
        #expect(try await cloud.volume("v1") == Volume(id: "v1", status: "in-use", host: "c@ceph#ceph"))
    }

    @Test("are no service of a cloud that has none") func none() async throws {
        #expect(try await !cloud.has(.volume))
    }

    @Test("are of the type that was asked for, or of none")
    func create() async throws {
        call(it: "volumev3")
        let made = Answer(202, ["volume": ["id": "v1", "status": "creating"]])
        stub.script("POST /volume/v3/p/volumes", made, made)
        #expect(try await cloud.createVolume("a", size: 1, type: "fast", metadata: [:]) == "v1")
        _ = try await cloud.createVolume("b", size: 2, metadata: ["k": "v"])
        #expect(
            stub.calls.map(\.json) == [
                ["volume": ["name": "a", "size": 1, "volume_type": "fast", "metadata": [:]]],
                ["volume": ["name": "b", "size": 2, "metadata": ["k": "v"]]],
            ])
    }

    /// As Zed's Cinder answers an administrator, shortened.
    @Test("have pools with what of their capabilities is text, in one spelling or several")
    func pools() async throws {
        call(it: "volumev3")
        stub.script(
            "GET /volume/v3/p/scheduler-stats/get_pools",
            Answer(
                200,
                text: """
                    {"pools": [{"name": "controller@ceph#ceph", "capabilities": {"storage_protocol": "ceph",
                     "volume_backend_name": "ceph", "free_capacity_gb": 5.42, "multiattach": true, "filter_function": null}},
                     {"name": "controller@lvm#lvm", "capabilities": {"storage_protocol": ["iSCSI", "iscsi"]}}]}
                    """))
        #expect(
            try await cloud.volumePools() == [
                VolumePool(
                    name: "controller@ceph#ceph",
                    capabilities: ["storage_protocol": ["ceph"], "volume_backend_name": ["ceph"]]),
                VolumePool(name: "controller@lvm#lvm", capabilities: ["storage_protocol": ["iSCSI", "iscsi"]]),
            ])
    }

    @Test("tell users what went wrong with one of them, in the microversion that has messages")
    func messages() async throws {
        call(it: "volumev3")
        stub.script(
            "GET /volume/v3/p/messages",
            Answer(
                200,
                text: """
                    {"messages": [{"id": "m1", "resource_uuid": "v1", "user_message": "schedule allocate volume:No backend"},
                     {"id": "m2", "resource_uuid": "v2", "user_message": "another"}, {"id": "m3", "user_message": "none"}]}
                    """))
        #expect(try await cloud.messages(ofVolume: "v1") == ["schedule allocate volume:No backend"])
        #expect(stub.calls.last?.headers["openstack-api-version"] == "volume 3.3")
    }
}
