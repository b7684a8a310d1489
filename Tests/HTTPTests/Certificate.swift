import Foundation

/// Keys and certificates made by openssl for one test, in a directory that goes away with it.
final class Authority {
    let directory: String
    var file: String { "\(directory)/ca.pem" }

    /// - Parameter key: openssl's words for the kind of its key.
    init(key: [String] = ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]) throws {
        directory = "/tmp/polyvisor-http-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let names = ["-subj", "/CN=test authority", "-keyout", "\(directory)/ca.key", "-out", file]
        try openssl(["req", "-x509", "-newkey"] + key + ["-nodes", "-days", "2"] + names)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// A certificate that this authority signed, e.g. for `IP:127.0.0.1`.
    func certificate(for name: String, days: Int = 2) throws -> Certificate {
        let stem = "\(directory)/\(UUID().uuidString)"
        try "subjectAltName=\(name)\n".write(toFile: "\(stem).ext", atomically: true, encoding: .utf8)
        try openssl(
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=server",
            "-keyout", "\(stem).key", "-out", "\(stem).csr")
        try openssl(
            "x509", "-req", "-in", "\(stem).csr", "-CA", file, "-CAkey", "\(directory)/ca.key", "-CAcreateserial",
            "-days", "\(days)", "-extfile", "\(stem).ext", "-out", "\(stem).pem")
        return Certificate(chain: "\(stem).pem", key: "\(stem).key")
    }
}

/// A server's certificate and key.
struct Certificate {
    var chain: String
    var key: String

    /// As openssl prints it: upper case, with colons.
    var thumbprint: String {
        get throws {
            let text = try openssl("x509", "-in", chain, "-noout", "-fingerprint", "-sha256")
            guard let equals = text.firstIndex(of: "=") else { throw ServerProblem("openssl printed \(text)") }
            return text[text.index(after: equals)...].trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }
}

@discardableResult
private func openssl(_ arguments: String...) throws -> String { try openssl(arguments) }

@discardableResult
private func openssl(_ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    process.arguments = arguments
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw ServerProblem("openssl \(arguments): \(complaint)") }
    return text
}
