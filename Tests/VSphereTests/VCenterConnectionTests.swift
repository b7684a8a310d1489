import Foundation
import HTTP
import Testing
import VCenterSimulator

@testable import VSphere

extension Simulator {
    /// With two clusters, and port groups of both kinds.
    static func run(
        _ settings: [String: any Sendable] = [:], _ body: (Simulator) async throws -> Void
    ) async throws {
        let usual: [String: any Sendable] = [
            "clusters": [
                ["name": "cluster_a", "hosts": ["127.77.0.51", "127.77.0.52"]],
                ["name": "cluster_b", "hosts": ["127.77.0.61"]],
            ] as [[String: any Sendable]],
            "port_groups": ["VM Network", "provider"], "distributed_port_groups": ["dvpg-provider"],
        ]
        try await with(usual.merging(settings) { $1 }, body)
    }

    func endpoint(_ tls: TLSVerification? = nil, password: String = Simulator.password, port: Int? = nil)
        -> VCenterEndpoint
    {
        VCenterEndpoint(
            address: "127.0.0.1", port: port ?? self.port,
            credentials: VCenterCredentials(username: Simulator.username, password: password),
            tls: tls ?? .caFile(caFile), timeout: .seconds(20))
    }
}

@Suite("A session with a vCenter", .needsSimulator)
struct VCenterConnectionTests {
    @Test("is opened with the right password, and knows the server")
    func open() async throws {
        try await Simulator.run { simulator in
            let connection = try await VCenterConnection.open(simulator.endpoint())
            #expect(connection.about.version == "6.5.0")
            #expect(connection.about.apiVersion == "6.5")
            #expect(connection.about.apiType == "VirtualCenter")
            #expect(UUID(uuidString: connection.about.instanceUuid ?? "") != nil)
            #expect(abs(try await connection.currentTime().timeIntervalSinceNow) < 60)
            try await connection.logout()
        }
    }

    @Test("is refused with a wrong password, which the error does not show")
    func wrongPassword() async throws {
        try await Simulator.run { simulator in
            let error = try await #require(throws: VSphereError.self) {
                _ = try await VCenterConnection.open(simulator.endpoint(password: "wrong-one"))
            }
            #expect(error.kind == .invalidLogin)
            #expect(
                error.description.hasPrefix("vCenter 127.0.0.1:\(simulator.port): log in: Login failure (InvalidLogin)")
            )
            #expect(!"\(error)".contains("wrong-one"))
        }
    }

    @Test("is refused where the certificate is not trusted, unless it is the pinned one")
    func untrusted() async throws {
        try await Simulator.run { simulator in
            let error = try await #require(throws: VSphereError.self) {
                _ = try await VCenterConnection.open(simulator.endpoint(.system))
            }
            #expect(error.kind == .untrustedCertificate)
            let other = try await #require(throws: VSphereError.self) {
                _ = try await VCenterConnection.open(simulator.endpoint(.thumbprint(String(repeating: "0", count: 64))))
            }
            #expect(other.kind == .untrustedCertificate)
            // The error shows the certificate that there is; who trusts it is let in.
            let shown = try #require(other.reason.firstMatch(of: /[0-9a-f]{64}/)?.output)
            let connection = try await VCenterConnection.open(simulator.endpoint(.thumbprint(String(shown))))
            #expect(connection.about.version == "6.5.0")
        }
    }

    @Test("is refused where nothing listens")
    func unreachable() async throws {
        try await Simulator.run { simulator in
            let error = try await #require(throws: VSphereError.self) {
                _ = try await VCenterConnection.open(simulator.endpoint(port: 1))
            }
            #expect(error.kind == .unreachable)
        }
    }

    @Test("is renewed, once for all who ask, when the server has forgotten it")
    func renewal() async throws {
        try await Simulator.run { simulator in
            let connection = try await VCenterConnection.open(simulator.endpoint())
            let before = try await connection.inventory().hosts
            // Behind the connection's back, as a restart of the server or an administrator does it.
            let first = try await connection.perform("end the session") { (session) throws(Trouble) -> Int in
                _ = try await connection.call(.logout(connection.content.sessionManager), in: session)
                return session.number
            }
            async let one = connection.inventory()
            async let two = connection.currentTime()
            async let three = connection.inventory(pageSize: 2)
            #expect(try await one.hosts == before)
            #expect(try await three.hosts == before)
            _ = try await two
            let second = try await connection.perform("look") { (session) throws(Trouble) -> Int in session.number }
            #expect((first, second) == (1, 2))
        }
    }

    @Test("works again after a logout")
    func logout() async throws {
        try await Simulator.run { simulator in
            let connection = try await VCenterConnection.open(simulator.endpoint())
            try await connection.logout()
            try await connection.logout()
            #expect(try await connection.inventory().datacenters.map(\.name) == ["dc1"])
        }
    }
}
