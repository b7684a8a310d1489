import Foundation
import HTTP
import Subprocess
import Testing

@testable import Verification

/// QEMU has a VNC server with a websocket of its own, with TLS and without.
@Suite(
    "the handshake with a console", .enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/qemu-system-x86_64")))
struct RFBProbeTests {
    private func port() -> Int { Int.random(in: 21_000...29_000) }

    private func address(_ port: Int, secure: Bool = false) throws -> WebSocketAddress {
        let scheme = secure ? "https" : "http"
        return try #require(
            WebSocketAddress(consoleURL: "\(scheme)://127.0.0.1:\(port)/vnc_auto.html?path=%2F"))
    }

    private func withServer(
        tls directory: String? = nil, _ body: (Int) async throws -> Void
    ) async throws {
        let port = port()
        let secure =
            directory.map { ["-object", "tls-creds-x509,id=t,dir=\($0),endpoint=server,verify-peer=off"] } ?? []
        let vnc =
            "unix:/tmp/polyvisor-vnc-\(port),websocket=127.0.0.1:\(port)" + (directory == nil ? "" : ",tls-creds=t")
        defer { unlink("/tmp/polyvisor-vnc-\(port)") }
        _ = try await run(
            .name("qemu-system-x86_64"),
            arguments: Arguments(
                ["-S", "-nodefaults", "-accel", "tcg", "-m", "16", "-vga", "std", "-monitor", "stdio"] + secure
                    + ["-vnc", vnc]), input: .inputWriter, output: .discarded, error: .string(limit: 4096)
        ) { execution in
            var looks = 0
            while !isOpen(port), looks < 1200 {
                looks += 1
                try await Task.sleep(for: .milliseconds(100))
            }
            let outcome: Result<Void, any Error>
            do { outcome = .success(try await body(port)) } catch { outcome = .failure(error) }
            // Also after a failure: the run waits for QEMU to end.
            _ = try await execution.standardInputWriter.write("quit\n")
            try outcome.get()
        }
    }

    private func isOpen(_ port: Int) -> Bool {
        (try? ByteStream("http://127.0.0.1:\(port)", tls: .system, timeout: .seconds(2))) != nil
    }

    /// What QEMU wants to find: an authority, a certificate for 127.0.0.1 and its key.
    private func withCertificate(_ body: (String) async throws -> Void) async throws {
        let directory = NSTemporaryDirectory() + "polyvisor-rfb-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let script = """
            cd '\(directory)'
            openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca-cert.pem
            openssl req -new -newkey rsa:2048 -nodes -subj /CN=server -keyout server-key.pem -out server.csr
            printf 'subjectAltName=IP:127.0.0.1\\n' >ext
            openssl x509 -req -in server.csr -CA ca-cert.pem -CAkey ca.key -CAcreateserial -days 2 -extfile ext -out server-cert.pem
            """
        let made = try await run(
            .name("sh"), arguments: ["-c", script], output: .discarded, error: .string(limit: 65536))
        try #require(made.terminationStatus.isSuccess, "\(made.standardError)")
        try await body(directory)
    }

    @Test("ends with the size of the screen")
    func plain() async throws {
        try await withServer { port in
            let screen = try await RFBProbe(address: address(port), tls: .system).screen()
            #expect(try screen.get().contains(/^RFB 003\.008, [0-9]+×[0-9]+$/), "\(screen)")
        }
    }

    @Test("goes through TLS whose certificate is trusted, and no further where it is not")
    func tls() async throws {
        try await withCertificate { directory in
            try await withServer(tls: directory) { port in
                let secure = try address(port, secure: true)
                let screen = try await RFBProbe(address: secure, tls: .caFile("\(directory)/ca-cert.pem")).screen()
                #expect(try screen.get().hasPrefix("RFB 003.008, "), "\(screen)")
                let stranger = try await RFBProbe(address: secure, tls: .system).screen()
                guard case .failure(let problem) = stranger else {
                    Issue.record("a certificate that nobody trusts was accepted")
                    return
                }
                #expect(problem.reason.hasPrefix("cannot be reached: SSL certificate problem"), "\(problem)")
            }
        }
    }

    @Test("is refused by what speaks no websocket, and where nothing listens")
    func refused() async throws {
        let server = try LoopbackHTTP { _ in .init(status: 404) }
        #expect(
            try await RFBProbe(address: address(server.port), tls: .system).screen()
                == .failure(.init(reason: "refuses: \"HTTP/1.1 404 Said\"")))
        guard case .failure(let problem) = try await RFBProbe(address: address(1), tls: .system).screen() else {
            Issue.record("something answers at port 1")
            return
        }
        #expect(problem.reason.hasPrefix("cannot be reached: "))
    }

    @Test(
        "knows the address from the URLs that Nova gives",
        arguments: [
            ("http://10.0.0.1:6080/vnc_auto.html?path=%3Ftoken%3Dabc", "http://10.0.0.1:6080", "/?token=abc"),
            ("https://console.example/vnc_auto.html?token=abc", "https://console.example:443", "/?token=abc"),
        ])
    func urls(_ url: String, _ origin: String, _ path: String) throws {
        let address = try #require(WebSocketAddress(consoleURL: url))
        #expect(address.origin == origin && address.path == path)
        #expect(WebSocketAddress(consoleURL: "http://10.0.0.1:6080/vnc_auto.html") == nil)
    }
}
