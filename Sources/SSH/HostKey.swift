public import Foundation

/// The public key by which a node proves who it is.
public struct HostKey: Sendable, Hashable {
    /// `ssh-ed25519`, `ecdsa-sha2-nistp256`, …
    public let algorithm: String
    /// The key as it goes over the wire (RFC 4253 §6.6).
    public let blob: Data

    /// - Parameter blob: begins with the algorithm's name as a length-prefixed string; a blob that
    ///   does not has an unknown algorithm, and matches nothing.
    init(blob: Data) {
        self.blob = blob
        var reader = WireReader(blob)
        algorithm = reader.string().map { String(decoding: $0, as: UTF8.self) } ?? "unknown"
    }

    /// As OpenSSH prints it: `SHA256:` and Base64 without padding.
    public var fingerprint: String {
        let digest = Data(SHA256.digest(of: blob)).base64EncodedString()
        return "SHA256:" + digest.prefix { $0 != "=" }
    }

    /// As its file in /etc/ssh is called: `ed25519`, `ecdsa`, `rsa`.
    var fileName: String {
        algorithm == "ssh-ed25519"
            ? "ed25519" : algorithm.hasPrefix("ecdsa") ? "ecdsa" : algorithm == "ssh-rsa" ? "rsa" : "*"
    }

    /// The line that makes `target` known, for a known_hosts file.
    public func knownHostsLine(for target: SSHTarget) -> String {
        "\(target.knownHostsName) \(algorithm) \(blob.base64EncodedString())"
    }
}

/// Reads the strings of SSH's wire format (RFC 4251 §5): four bytes of length, then so many bytes.
struct WireReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: some Sequence<UInt8>) {
        rest = Array(bytes)[...]
    }

    mutating func integer() -> Int? {
        guard rest.count >= 4 else { return nil }
        defer { rest = rest.dropFirst(4) }
        return rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    }

    mutating func string() -> ArraySlice<UInt8>? {
        guard let length = integer(), length <= rest.count else { return nil }
        defer { rest = rest.dropFirst(length) }
        return rest.prefix(length)
    }

    /// Skips bytes that have no length before them, if they are there.
    mutating func skip(_ prefix: some Collection<UInt8>) -> Bool {
        guard rest.starts(with: prefix) else { return false }
        rest = rest.dropFirst(prefix.count)
        return true
    }
}
