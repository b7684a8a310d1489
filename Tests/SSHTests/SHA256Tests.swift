import Foundation
import Testing

@testable import SSH

@Suite("SHA-256")
struct SHA256Tests {
    @Test(
        "gives the digests of FIPS 180-4's examples",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func examples(text: String, expected: String) {
        #expect(SHA256.hexadecimal(SHA256.digest(of: text.utf8)) == expected)
    }

    @Test("agrees with sha256sum for every length around a block, however it is cut")
    func lengths() throws {
        for length in [1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 1000] {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let path = "/tmp/polyvisor-sha-\(UUID().uuidString)"
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            defer { unlink(path) }
            let expected = try runLocally("/usr/bin/sha256sum", [path]).output.prefix(64)
            var hash = SHA256()
            for piece in stride(from: 0, to: length, by: 13) {
                bytes[piece..<min(piece + 13, length)].withUnsafeBytes { hash.update($0) }
            }
            #expect(SHA256.hexadecimal(hash.finish()) == expected)
            #expect(SHA256.hexadecimal(SHA256.digest(of: bytes)) == expected)
        }
    }
}
