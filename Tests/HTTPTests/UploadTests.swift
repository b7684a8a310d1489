import Foundation
import Synchronization
import Testing

@testable import HTTP

@Suite("An upload", .timeLimit(.minutes(2)))
struct UploadTests {
    let server: TestServer
    let client = HTTPClient(connectTimeout: .seconds(5))

    init() throws { server = try TestServer() }

    func put(_ body: HTTPBody, _ path: String = "/echo") -> HTTPRequest {
        HTTPRequest(method: "PUT", url: "http://127.0.0.1:\(server.port)\(path)", body: body)
    }

    @Test("streams a file with its length and tells how far it is")
    func file() async throws {
        let path = "/tmp/polyvisor-upload-\(UUID().uuidString)"
        defer { unlink(path) }
        let data = Data((0..<5_000_001).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        try data.write(to: URL(fileURLWithPath: path))
        let reports = Mutex<[Int64]>([])
        let seen = try await client.echo(put(.file(path) { sent in reports.withLock { $0.append(sent) } }))
        #expect(seen.checksum == data.checksum && seen.headers["content-length"] == "5000001")
        let all = reports.withLock(\.self)
        #expect(all.count > 5 && all == all.sorted() && all.last == 5_000_001)
    }

    @Test("of a file that is missing or none says so and sends nothing", arguments: ["/nowhere/image.vmdk", "/tmp"])
    func missingFile(_ path: String) async throws {
        let error = await #expect(throws: HTTPError.self) { try await client.send(put(.file(path))) }
        #expect(error?.kind == .file && error?.reason.contains(path) == true)
        #expect(try server.requests.isEmpty)
    }

    @Test("of a file that shrinks on the way fails at once")
    func shrinkingFile() async throws {
        let path = "/tmp/polyvisor-upload-\(UUID().uuidString)"
        defer { unlink(path) }
        try Data(repeating: 1, count: 40_000_000).write(to: URL(fileURLWithPath: path))
        let error = await #expect(throws: HTTPError.self) {
            try await client.send(put(.file(path) { _ in truncate(path, 1000) }))
        }
        #expect(error?.kind == .file && error?.reason.hasSuffix("has become shorter while it was sent") == true)
    }

    @Test("streams pieces as they come, with a length or in chunks", arguments: [true, false])
    func stream(knowsLength: Bool) async throws {
        let pieces = Mutex((1...50).map { Data(repeating: UInt8($0), count: $0 * 100) })
        let whole = pieces.withLock { $0.reduce(Data(), +) }
        let body = HTTPBody.stream(length: knowsLength ? Int64(whole.count) : nil) {
            try await Task.sleep(for: .milliseconds(2))
            return pieces.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        }
        let seen = try await client.echo(put(body))
        #expect(seen.checksum == whole.checksum)
        #expect(seen.headers["transfer-encoding"] == (knowsLength ? nil : "chunked"))
    }

    @Test("fails with the words of the source that fails")
    func failingStream() async throws {
        let error = await #expect(throws: HTTPError.self) {
            try await client.send(put(.stream(length: 100) { throw ServerProblem("the disk is broken") }))
        }
        #expect(error?.kind == .file && error?.reason.hasSuffix("the disk is broken") == true)
    }

    @Test("ends with the server's answer where that comes early")
    func refused() async throws {
        let path = "/tmp/polyvisor-upload-\(UUID().uuidString)"
        defer { unlink(path) }
        try Data(repeating: 1, count: 50_000).write(to: URL(fileURLWithPath: path))
        let response = try await client.send(put(.file(path), "/early"))
        #expect(response.status == 413)
    }
}

extension Data {
    /// Adler-32, as the server computes it.
    var checksum: UInt32 {
        let sums = reduce(into: (UInt32(1), UInt32(0))) { sums, byte in
            sums.0 = (sums.0 + UInt32(byte)) % 65521
            sums.1 = (sums.1 + sums.0) % 65521
        }
        return sums.1 << 16 | sums.0
    }
}
