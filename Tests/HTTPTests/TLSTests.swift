import Foundation
import Testing

@testable import HTTP

@Suite("A server's certificate", .timeLimit(.minutes(2)))
struct TLSTests {
    let authority: Authority
    let certificate: Certificate
    let server: TestServer

    init() throws {
        authority = try Authority()
        certificate = try authority.certificate(for: "IP:127.0.0.1")
        server = try TestServer(certificate: certificate)
    }

    func post(_ tls: TLSVerification, host: String = "127.0.0.1", port: Int? = nil) async throws -> HTTPResponse {
        try await HTTPClient(tls: tls, connectTimeout: .seconds(5)).send(
            HTTPRequest(
                method: "POST", url: "https://\(host):\(port ?? server.port)/echo",
                headers: [("X-Auth-Token", "s3cret")], body: .data(Data("s3cret".utf8)), timeout: .seconds(10)))
    }

    @Test("is refused when the system does not know its authority, and nothing is sent")
    func untrusted() async throws {
        let error = await #expect(throws: HTTPError.self) { try await post(.system) }
        #expect(error?.kind == .tls && error?.certificate == .untrusted)
        #expect(try server.requests.isEmpty)
    }

    @Test("is accepted by its authority's file, for its own name alone")
    func caFile() async throws {
        #expect(try await post(.caFile(authority.file)).status == 200)
        let error = await #expect(throws: HTTPError.self) {
            try await post(.caFile(authority.file), host: "localhost")
        }
        #expect(error?.kind == .tls && error?.certificate == .hostNameMismatch)
        let stranger = try Authority()
        let other = await #expect(throws: HTTPError.self) { try await post(.caFile(stranger.file)) }
        #expect(other?.certificate == .untrusted)
        #expect(try server.requests.count == 1)
    }

    @Test("of another authority of the same name, with a key of another kind, is said to be that")
    func sameName() async throws {
        let other = try Authority(key: ["rsa:2048"])
        let error = await #expect(throws: HTTPError.self) { try await post(.caFile(other.file)) }
        #expect(error?.certificate == .untrusted && error?.reason.contains("certificate") == true)
    }

    @Test("cannot be judged by a file that is missing or no certificate")
    func badCAFile() async throws {
        for path in ["/nowhere/ca.pem", "/etc/hostname"] {
            let error = await #expect(throws: HTTPError.self) { try await post(.caFile(path)) }
            #expect(error?.kind == .tls && error?.hint != nil)
        }
    }

    @Test("is accepted by its thumbprint, with colons or without, under any name")
    func pinned() async throws {
        let thumbprint = try certificate.thumbprint
        #expect(try await post(.thumbprint(thumbprint)).status == 200)
        let plain = thumbprint.replacing(":", with: "").lowercased()
        #expect(try await post(.thumbprint(plain), host: "localhost").status == 200)
    }

    @Test("with another thumbprint is refused before a byte of the request is sent, and shown")
    func otherThumbprint() async throws {
        let error = await #expect(throws: HTTPError.self) {
            try await post(.thumbprint(String(repeating: "0", count: 64)))
        }
        let seen = try certificate.thumbprint.replacing(":", with: "").lowercased()
        #expect(error?.kind == .tls && error?.certificate == .thumbprintMismatch(seen: seen))
        #expect(error?.reason.contains(seen) == true)
        #expect(try server.requests.isEmpty)
    }

    @Test("that was pinned and is replaced later is refused, also one of the same authority")
    func replaced() async throws {
        let client = HTTPClient(tls: .thumbprint(try certificate.thumbprint), connectTimeout: .seconds(5))
        let request = HTTPRequest(
            method: "POST", url: "https://127.0.0.1:\(server.port)/echo", headers: [("X-Auth-Token", "s3cret")],
            body: .data(Data("s3cret".utf8)))
        #expect(try await client.send(request).status == 200)
        server.stop()
        let impostor = try TestServer(certificate: try authority.certificate(for: "IP:127.0.0.1"), port: server.port)
        for _ in 1...2 {
            let error = await #expect(throws: HTTPError.self) { try await client.send(request) }
            #expect(error?.kind == .tls)
        }
        #expect(try impostor.requests.isEmpty)
    }

    @Test("does not matter where that was asked for")
    func insecure() async throws {
        #expect(try await post(.insecure, host: "localhost").status == 200)
    }

    @Test("is asked for in vain where TLS is not spoken", arguments: [TLSVerification.system, .thumbprint("00")])
    func plain(_ tls: TLSVerification) async throws {
        let plain = try TestServer()
        let error = await #expect(throws: HTTPError.self) { try await post(tls, port: plain.port) }
        #expect(error?.kind == .tls && error?.certificate == nil)
        #expect(try plain.requests.isEmpty)
    }
}
