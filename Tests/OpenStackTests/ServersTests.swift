import Foundation
import Testing

@testable import OpenStack

@Suite("A server of Nova", .timeLimit(.minutes(1)))
struct ServersTests {
    let stub: StubCloud
    let cloud: Cloud
    let path = "/compute/v2.1/servers"

    init() throws {
        stub = try StubCloud()
        cloud = stub.cloud()
    }

    func answer(_ status: String, task: JSON = nil, fault: JSON? = nil) -> Answer {
        var server: JSON = [
            "id": "s", "name": "vm1", "status": .string(status), "metadata": ["run": "7"],
            "OS-EXT-STS:task_state": task, "OS-EXT-SRV-ATTR:host": "kvm1", "OS-EXT-AZ:availability_zone": "nova",
            "OS-EXT-SRV-ATTR:instance_name": "instance-00000001",
        ]
        if let fault { server = server.merging(["fault": fault]) }
        return Answer(200, ["server": server])
    }

    @Test("is asked for on a host, or in a zone and on a host")
    func create() async throws {
        let made = Answer(202, ["server": ["id": "s", "adminPass": "s3cret"]])
        stub.script("POST \(path)", made, made)
        var server = NewServer(name: "vm1", image: "i", flavor: "f", network: "n", host: "kvm1")
        #expect(try await cloud.createServer(server) == "s")
        (server.host, server.availabilityZone, server.metadata) = (nil, "nova:kvm1", ["run": "7"])
        _ = try await cloud.createServer(server)
        var body: JSON = [
            "name": "vm1", "imageRef": "i", "flavorRef": "f", "networks": [["uuid": "n"]], "host": "kvm1",
            "metadata": [:],
        ]
        #expect(stub.calls.first?.json == ["server": body])
        body = [
            "name": "vm1", "imageRef": "i", "flavorRef": "f", "networks": [["uuid": "n"]],
            "availability_zone": "nova:kvm1", "metadata": ["run": "7"],
        ]
        #expect(stub.calls.last?.json == ["server": body])
    }

    @Test("is waited for until it has the status")
    func wait() async throws {
        stub.script("GET \(path)/s", answer("BUILD", task: "spawning"), answer("ACTIVE"))
        let server = try await cloud.waitForServer("s", toBecome: "ACTIVE", within: .seconds(20))
        #expect(server.host == "kvm1" && server.availabilityZone == "nova" && server.metadata == ["run": "7"])
        #expect(server.instanceName == "instance-00000001" && server.taskState == nil)
        stub.script("GET \(path)/s", answer("BUILD", task: "spawning"), answer("BUILD", task: "spawning"))
        let late = await failure {
            _ = try await cloud.waitForServer("s", toBecome: "ACTIVE", within: .milliseconds(10))
        }
        #expect(late?.kind == .timeout)
        #expect(late?.reason == "it is BUILD, spawning after 0.01 seconds")
    }

    @Test("that fails tells why: its fault, and where the step that failed ended")
    func fault() async throws {
        stub.script("GET \(path)/s", answer("ERROR", fault: ["code": 500, "message": "No valid host was found."]))
        stub.script(
            "GET \(path)/s/os-instance-actions",
            Answer(
                200,
                [
                    "instanceActions": [
                        ["action": "create", "request_id": "req-9", "message": "Error"],
                        ["action": "lock", "request_id": "req-8", "message": nil],
                    ]
                ]))
        stub.script(
            "GET \(path)/s/os-instance-actions/req-9",
            Answer(
                200,
                [
                    "instanceAction": [
                        "action": "create", "request_id": "req-9", "message": "Error",
                        "events": [
                            [
                                "event": "compute__do_build_and_run_instance", "result": "Error", "host": "kvm1",
                                "traceback":
                                    "  File x\n\nnova.exception.RescheduledException: Build was re-scheduled\n",
                            ],
                            ["event": "conductor_schedule", "result": "Success", "traceback": nil],
                        ],
                    ]
                ]))
        let error = await failure { _ = try await cloud.waitForServer("s", toBecome: "ACTIVE", within: .seconds(9)) }
        #expect(error?.kind == .serverFailed && error?.requestID == "req-9")
        #expect(
            error?.reason == "No valid host was found.; compute__do_build_and_run_instance: "
                + "nova.exception.RescheduledException: Build was re-scheduled")
    }

    @Test("may be gone")
    func gone() async throws {
        #expect(try await cloud.server("s") == nil)
        try await cloud.deleteServer("s")
        stub.script("DELETE \(path)/s", Answer(204))
        try await cloud.deleteServer("s")
        stub.script("GET \(path)/s", answer("ACTIVE", task: "deleting"))
        try await cloud.waitUntilGone(server: "s", within: .seconds(20))
        #expect(
            await failure { _ = try await cloud.waitForServer("s", toBecome: "ACTIVE", within: .seconds(1)) }?.kind
                == .serverFailed)
    }

    @Test("is found by the beginning of its name, page after page")
    func list() async throws {
        let one: JSON = ["id": "1", "name": "polyvisor-a.b-1", "status": "ACTIVE", "metadata": [:]]
        let two: JSON = ["id": "2", "name": "polyvisor-a.b-2", "status": "ACTIVE", "metadata": [:]]
        stub.script(
            "GET \(path)/detail",
            Answer(200, ["servers": [one], "servers_links": [["rel": "next", "href": "http://elsewhere/"]]]),
            Answer(200, ["servers": [two]]))
        #expect(try await cloud.servers(namePrefix: "polyvisor-a.b").map(\.id) == ["1", "2"])
        #expect(stub.calls.map { $0.query["name"] } == [#"^polyvisor-a\.b"#, #"^polyvisor-a\.b"#])
        #expect(stub.calls.map { $0.query["marker"] } == [nil, "1"])
    }

    @Test("has a console, whose URL is not printed")
    func consoles() async throws {
        stub.script("POST \(path)/s/action", Answer(200, ["output": "hello\n"]), Answer(200, ["output": nil]))
        #expect(try await cloud.consoleOutput("s", lines: 5) == "hello\n")
        #expect(try await cloud.consoleOutput("s") == "")
        let url = "http://10.77.0.10:6080/vnc_auto.html?path=%3Ftoken%3Ds3cret"
        stub.script(
            "POST \(path)/s/remote-consoles",
            Answer(200, ["remote_console": ["protocol": "mks", "type": "webmks", "url": .string(url)]]))
        let console = try await cloud.remoteConsole("s", .webmks)
        #expect(console.url == url && !"\(console) \(String(reflecting: console))".contains("s3cret"))
        #expect(
            stub.calls.map(\.json) == [
                ["os-getConsoleOutput": ["length": 5]], ["os-getConsoleOutput": [:]],
                ["remote_console": ["protocol": "mks", "type": "webmks"]],
            ])
    }
}
