import Foundation
import Synchronization
import Testing

@testable import OpenStack

@Suite("Glance", .timeLimit(.minutes(1)))
struct ImagesTests {
    let stub: StubCloud
    let cloud: Cloud
    let file: String
    let store = "/image/v2/images"

    init() throws {
        stub = try StubCloud()
        cloud = stub.cloud()
        file = "/tmp/polyvisor-image-\(UUID().uuidString)"
        try Data(repeating: 42, count: 300_000).write(to: URL(fileURLWithPath: file))
    }

    func tiny(_ digest: String = "d1", _ properties: [String: String] = ["img_hv_type": "vmware"]) -> NewImage {
        NewImage(
            name: "tiny", diskFormat: "vmdk", properties: properties.merging(["polyvisor_sha256": digest]) { $1 })
    }

    func ensure(_ image: NewImage) async throws -> Ensured {
        try await cloud.ensureImage(image, from: file, markedBy: "polyvisor_sha256")
    }

    @Test("gets an image with its properties and the file's bytes, once")
    func upload() async throws {
        defer { unlink(file) }
        let reports = Mutex<[Int64]>([])
        let first = try await cloud.ensureImage(tiny(), from: file, markedBy: "polyvisor_sha256") { sent in
            reports.withLock { $0.append(sent) }
        }
        #expect(first.changed && reports.withLock(\.last) == 300_000)
        #expect(try await ensure(tiny()) == Ensured(id: first.id, changed: false))
        #expect(stub.writes == ["POST /image/v2/images", "PUT /image/v2/images/\(first.id)/file"])
        let made = stub.calls.first { $0.method == "POST" }?.json
        #expect(
            made == [
                "name": "tiny", "disk_format": "vmdk", "container_format": "bare", "visibility": "public",
                "img_hv_type": "vmware", "polyvisor_sha256": "d1",
            ])
        let sent = stub.calls.first { $0.method == "PUT" }
        #expect(sent?.body.count == 300_000 && sent?.headers["content-type"] == "application/octet-stream")
        #expect(sent?.headers["content-length"] == "300000")
    }

    @Test("keeps an image whose properties differ, and gets the right ones")
    func properties() async throws {
        defer { unlink(file) }
        let made = try await ensure(tiny("d1", ["img_hv_type": "qemu", "a/b": "old"]))
        let mended = try await ensure(tiny("d1", ["img_hv_type": "vmware", "new": "1"]))
        #expect(mended == Ensured(id: made.id, changed: true))
        let patch = stub.calls.last
        #expect(patch?.headers["content-type"] == "application/openstack-images-v2.1-json-patch")
        #expect(
            patch?.json == [
                ["op": "replace", "path": "/img_hv_type", "value": "vmware"],
                ["op": "add", "path": "/new", "value": "1"],
            ])
        #expect(try await !ensure(tiny("d1", ["img_hv_type": "vmware", "new": "1"])).changed)
    }

    @Test("loses images of ours that are half or of another file", arguments: ["queued", "saving", "active"])
    func replaced(_ status: String) async throws {
        defer { unlink(file) }
        let old: JSON = [
            "id": "old", "name": "tiny", "status": .string(status), "disk_format": "vmdk", "visibility": "public",
            "polyvisor_sha256": .string(status == "active" ? "other" : "d1"), "img_hv_type": "vmware",
        ]
        stub.put(old, into: store)
        #expect(try await ensure(tiny()).changed)
        #expect(stub.writes.first == "DELETE /image/v2/images/old" && stub.items(store).count == 1)
    }

    @Test("keeps an image of that name that is not ours, and we say so")
    func stranger() async throws {
        defer { unlink(file) }
        stub.put(["id": "theirs", "name": "tiny", "status": "active", "visibility": "public"], into: store)
        let error = await failure { _ = try await ensure(tiny()) }
        #expect(error?.kind == .conflict && error?.reason.contains("theirs") == true)
        #expect(stub.writes.isEmpty)
    }

    @Test("keeps no half image when the upload fails, falls short or is cancelled")
    func clean() async throws {
        defer { unlink(file) }
        let missing = await failure { try await cloud.upload(tiny(), from: "/nowhere/tiny.vmdk") }
        #expect(missing?.reason.contains("/nowhere/tiny.vmdk") == true)
        stub.script("PUT /image/v2/images/images-2/file", Answer(413, text: "<html><h1>Too large</h1></html>"))
        let tooLarge = await failure { try await cloud.upload(tiny(), from: file) }
        #expect(tooLarge?.reason == "HTTP 413: Too large")
        stub.script("GET /image/v2/images/images-3", Answer(200, ["id": "images-3", "status": "active", "size": 5]))
        let short = await failure { try await cloud.upload(tiny(), from: file) }
        #expect(short?.reason == "Glance has 5 bytes of a file of 300000")
        let (glance, image, path) = (cloud, tiny(), file)
        let task = Task {
            try await glance.upload(image, from: path) { _ in usleep(300_000) }
        }
        while stub.items(store).isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        #expect(await failure { _ = try await task.value }?.kind == .cancelled)
        #expect(stub.items(store).isEmpty)
    }

    @Test("lists all pages, and tells its own fields from properties")
    func list() async throws {
        defer { unlink(file) }
        let one: JSON = [
            "id": "1", "name": nil, "status": "queued", "size": nil, "owner": "x", "tags": ["t"],
            "schema": "/v2/schemas/image",
            "min_disk": 0, "protected": false, "hw_disk_bus": "scsi",
        ]
        let two: JSON = [
            "id": "2", "name": "b", "status": "active", "size": 7, "os_hash_value": "ab", "os_hash_algo": "sha512",
        ]
        stub.script(
            "GET /image/v2/images", Answer(200, ["images": [one], "next": "/v2/images?limit=200&marker=1"]),
            Answer(200, ["images": [two]]))
        let images = try await cloud.images()
        #expect(images.map(\.id) == ["1", "2"] && images.map(\.size) == [nil, 7])
        #expect(images.map(\.properties) == [["hw_disk_bus": "scsi"], [:]] && images[1].hashValue == "ab")
        #expect(stub.calls.map { $0.query["marker"] } == [nil, "1"])
    }

    @Test("is told where an image is, in which store, and with which hash")
    func location() async throws {
        defer { unlink(file) }
        let made = try await cloud.createImage(tiny())
        #expect(made.locations == nil)
        let location = ImageLocation(url: "vsphere://vc/folder/a/b?dcPath=dc1&dsName=ds")
        try await cloud.add(location: location, hash: ("sha512", "abc"), toImage: made.id)
        try await cloud.add(location: ImageLocation(url: "vsphere://vc/folder/c"), hash: nil, toImage: made.id)
        let sent = stub.calls.filter { $0.method == "PATCH" }
        #expect(sent.allSatisfy { $0.headers["content-type"] == "application/openstack-images-v2.1-json-patch" })
        #expect(
            sent.map(\.json) == [
                [
                    [
                        "op": "add", "path": "/locations/-",
                        "value": [
                            "url": "vsphere://vc/folder/a/b?dcPath=dc1&dsName=ds", "metadata": [:],
                            "validation_data": ["os_hash_algo": "sha512", "os_hash_value": "abc"],
                        ],
                    ]
                ],
                [["op": "add", "path": "/locations/-", "value": ["url": "vsphere://vc/folder/c", "metadata": [:]]]],
            ])
    }

    @Test("shows where images are only where it is told to", arguments: [true, false])
    func shownLocations(_ areShown: Bool) async throws {
        defer { unlink(file) }
        let locations: JSON = [
            ["url": "vsphere://vc/folder/a", "metadata": ["store": "vc1"]],
            ["url": "rbd://pool", "metadata": ["store": 7, "more": [:]]],
        ]
        let image: JSON = ["id": "i", "name": "tiny", "status": "active"]
        stub.put(areShown ? image.merging(["locations": locations]) : image, into: store)
        let expected = [
            ImageLocation(url: "vsphere://vc/folder/a"), ImageLocation(url: "rbd://pool"),
        ]
        #expect(try await cloud.image("i")?.locations == (areShown ? expected : nil))
    }

    @Test("tells its stores where it has several, and nothing where it has one")
    func stores() async throws {
        defer { unlink(file) }
        let several: JSON = ["stores": [["id": "fs", "default": "true"], ["id": "vc1"]]]
        stub.script("GET /image/v2/info/stores", Answer(200, several), Answer(404))
        #expect(try await cloud.imageStores() == ["fs", "vc1"])
        #expect(try await cloud.imageStores() == nil)
    }
}
