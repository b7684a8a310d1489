import Foundation
import Testing
import VCenterSimulator

@testable import VSphere

@Suite(
    "A connection that breaks", .needsSimulator,
    .timeLimit(.minutes(2)))
struct FaultTests {
    static let methods = ["RetrieveServiceContent", "Login", "CreateContainerView", "RetrievePropertiesEx"]
    static let cuts = ["cut-at-once", "cut-in-request", "cut-in-head", "cut-in-body"]

    /// The error of reading an inventory through a proxy, and how long it took to come.
    static func failure(_ fault: String, at method: String, _ simulator: Simulator) async throws -> VSphereError {
        var found: VSphereError?
        try await FaultProxy.run(fault, at: method, before: simulator) { proxy in
            let started = ContinuousClock.now
            do {
                let connection = try await VCenterConnection.open(simulator.endpoint(through: proxy))
                _ = try await connection.inventory()
            } catch let error as VSphereError {
                found = error
            }
            // Four calls of three seconds, made again once at the most, on a machine however busy.
            #expect(ContinuousClock.now - started < .seconds(900), "\(fault) at \(method)")
        }
        return try #require(found, "\(fault) at \(method) went by")
    }

    @Test("in any phase of any call says so")
    func cutForGood() async throws {
        try await Simulator.run { simulator in
            for method in Self.methods {
                for fault in Self.cuts {
                    let error = try await Self.failure(fault, at: method, simulator)
                    #expect(error.kind == .connection, "\(fault) at \(method): \(error)")
                    #expect(!"\(error)".contains(Simulator.password))
                }
            }
        }
    }

    @Test("once, in a call that changes nothing, is not noticed", arguments: cuts)
    func cutOnce(_ fault: String) async throws {
        try await Simulator.run { simulator in
            for method in ["RetrieveServiceContent", "RetrievePropertiesEx"] {
                try await FaultProxy.run(fault, at: method, times: 1, before: simulator) { proxy in
                    let connection = try await VCenterConnection.open(
                        simulator.endpoint(through: proxy, timeout: .seconds(20)))
                    #expect(try await connection.inventory().clusters.count == 2)
                }
            }
        }
    }

    @Test("into answers that are none tells what came instead")
    func wrongAnswers() async throws {
        try await Simulator.run { simulator in
            for method in ["RetrieveServiceContent", "RetrievePropertiesEx"] {
                for (fault, words) in [
                    ("truncated", "not usable XML"), ("html", "no SOAP message, but <html>"),
                    ("bomb", "document type"),
                ] {
                    let error = try await Self.failure(fault, at: method, simulator)
                    #expect(error.kind == .malformedResponse, "\(fault) at \(method): \(error)")
                    #expect(error.reason.contains(words), "\(error)")
                }
                let elsewhere = try await Self.failure("redirect", at: method, simulator)
                #expect(elsewhere.kind == .httpStatus(302))
                #expect(elsewhere.reason.contains("https://login.example/"))
            }
        }
    }

    @Test("down to a byte a second, to silence or to an answer without an end is left in time")
    func slow() async throws {
        try await Simulator.run { simulator in
            for fault in ["slow", "silence", "stalled-request"] {
                let error = try await Self.failure(fault, at: "RetrievePropertiesEx", simulator)
                #expect(error.kind == .timeout, "\(fault): \(error)")
            }
            let endless = try await Self.failure("endless", at: "RetrievePropertiesEx", simulator)
            #expect([.timeout, .malformedResponse].contains(endless.kind), "\(endless)")
        }
    }

    @Test("as the server is busy is tried again when the server wants it, and not for ever")
    func busy() async throws {
        try await Simulator.run { simulator in
            for method in ["Login", "RetrievePropertiesEx"] {
                try await FaultProxy.run("busy", at: method, times: 1, before: simulator) { proxy in
                    let connection = try await VCenterConnection.open(
                        simulator.endpoint(through: proxy, timeout: .seconds(20)))
                    #expect(try await connection.inventory().clusters.count == 2)
                }
            }
            let error = try await Self.failure("busy", at: "RetrievePropertiesEx", simulator)
            #expect(error.kind == .httpStatus(503))
        }
    }

    @Test(
        "during an upload leaves nothing that could be taken for the file",
        arguments: [
            ("cut-in-request", "PUT"), ("stalled-request", "PUT"), ("cut-in-head", "PUT"), ("cut-at-once", "PUT"),
            ("busy", "PUT"), ("cut-at-once", "MoveDatastoreFile_Task"),
        ])
    func upload(_ fault: String, _ match: String) async throws {
        try await Simulator.run { simulator in
            let file = simulator.directory.appending(path: "source")
            try Data(count: 3 << 20).write(to: file)
            try await FaultProxy.run(fault, at: match, times: 1, before: simulator) { proxy in
                let connection = try await VCenterConnection.open(simulator.endpoint(through: proxy))
                let inventory = try await connection.inventory()
                let datastore = try #require(inventory.datastores.first { $0.name == "shared-1" })
                let access = try DatastoreAccess(datastore, in: inventory, through: connection)
                let target = access.path("disk.vmdk")
                do {
                    // libcurl sends again what a server did not begin to answer on a connection that was kept open.
                    try await access.upload(file.path(percentEncoded: false), to: target)
                    #expect(try await access.list(access.path(""))?.map(\.size) == [3 << 20])
                    try await access.delete(target)
                } catch let error as VSphereError {
                    #expect([.connection, .timeout, .httpStatus(503)].contains(error.kind), "\(error)")
                }
                #expect(try await access.list(access.path("")) == [])
                try await access.upload(file.path(percentEncoded: false), to: target)
                #expect(try await access.find(target)?.size == 3 << 20)
            }
        }
    }

    @Test("while a task is waited for does not lose the task")
    func task() async throws {
        try await Simulator.run { simulator in
            try await FaultProxy.run("cut-in-body", at: "WaitForUpdatesEx", times: 1, before: simulator) { proxy in
                let connection = try await VCenterConnection.open(simulator.endpoint(through: proxy))
                let inventory = try await connection.inventory()
                let datastore = try #require(inventory.datastores.first { $0.name == "shared-1" })
                for _ in 0..<5 { #expect(try await connection.files(on: datastore) == []) }
            }
        }
    }
}
