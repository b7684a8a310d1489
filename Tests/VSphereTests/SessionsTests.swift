import Testing
import VCenterSimulator

@testable import VSphere

@Suite("Sessions of others, and maintenance", .needsSimulator)
struct SessionsTests {
    @Test("are listed and ended; the one that was ended logs in again without its user's notice")
    func terminate() async throws {
        try await Simulator.run { simulator in
            let ours = try await VCenterConnection.open(simulator.endpoint())
            let other = try await VCenterConnection.open(simulator.endpoint())
            let own = try await ours.userSession()
            let before = try await ours.sessions()
            #expect(before.count == 2)
            #expect(before.allSatisfy { $0.userName == own.userName })
            let theirs = before.filter { $0.key != own.key }
            try await ours.terminate(theirs)
            #expect(try await ours.sessions().map(\.key) == [own.key])
            // Its session is gone, so this needs a new one.
            #expect(try await other.inventory().clusters.count == 2)
            let after = try await ours.sessions()
            #expect(after.count == 2)
            #expect(Set(after.map(\.key)).isDisjoint(with: theirs.map(\.key)))
            try await other.logout()
            #expect(try await ours.sessions().count == 1)
        }
    }

    @Test("one for a while ends with it, whatever comes of it, and a cancelled task ends it, too")
    func scope() async throws {
        try await Simulator.run { simulator in
            let ours = try await VCenterConnection.open(simulator.endpoint())
            let hosts = try await VCenterConnection.open(simulator.endpoint()) { connection throws(VSphereError) in
                try await connection.inventory().hosts.count
            }
            #expect(hosts > 0)
            #expect(try await ours.sessions().count == 1)
            let error = try await #require(throws: VSphereError.self) {
                try await VCenterConnection.open(simulator.endpoint()) { connection throws(VSphereError) in
                    try await connection.terminate([try await connection.userSession()])
                }
            }
            #expect(error.kind == .fault("InvalidArgument"))
            #expect(try await ours.sessions().count == 1)
            let endpoint = simulator.endpoint()
            let task = Task {
                try await VCenterConnection.open(endpoint) { connection throws(VSphereError) in
                    withUnsafeCurrentTask { $0?.cancel() }
                    return try await connection.inventory().hosts.count
                }
            }
            await #expect(throws: VSphereError.self) { try await task.value }
            #expect(try await ours.sessions().count == 1)
        }
    }

    @Test("our own session is not ended")
    func own() async throws {
        try await Simulator.run { simulator in
            let ours = try await VCenterConnection.open(simulator.endpoint())
            let error = try await #require(throws: VSphereError.self) {
                try await ours.terminate([try await ours.userSession()])
            }
            #expect(error.kind == .fault("InvalidArgument"))
        }
    }

    @Test("a host goes into maintenance and comes back")
    func maintenance() async throws {
        try await Simulator.run { simulator in
            let connection = try await VCenterConnection.open(simulator.endpoint())
            let host = try #require(try await connection.inventory().hosts.first)
            func mode() async throws -> Bool? {
                try await connection.inventory().hosts.first { $0.reference == host.reference }?.inMaintenanceMode
            }
            try await connection.enterMaintenanceMode(host: host.reference, timeout: .seconds(20))
            #expect(try await mode() == true)
            try await connection.exitMaintenanceMode(host: host.reference, timeout: .seconds(20))
            #expect(try await mode() == false)
        }
    }
}
