import Foundation
import SSH
import Testing

@Suite("A connection", .serialized)
struct SSHConnectionTests {
    @Test("runs a command and gives status, output and errors")
    func runs() async throws {
        try await LocalSSHServer.withServer { server in
            let link = try await server.open()
            let result = try await link.run("echo é; echo no >&2; exit 3")
            #expect(result.stdoutText == "é\n")
            #expect(result.stderrText == "no\n")
            #expect(result.status == 3)
            try await link.write(Data("hello".utf8), to: "\(server.directory)/file", mode: 0o600)
            #expect(try await link.read("\(server.directory)/file") == Data("hello".utf8))
            #expect(try await link.read("\(server.directory)/none") == nil)
            await link.close()
        }
    }
}
