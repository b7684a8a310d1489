import Crypto
import Foundation

/// An ed25519 key of OpenSSH that follows from a secret, so that rendering the same lab gives the same key.
struct SSHKeyPair: Sendable {
    /// As `authorized_keys` and `known_hosts` have it: the type and the key.
    let publicKey: String
    /// The text of the private key's file, unencrypted (PROTOCOL.key of OpenSSH).
    let privateKey: String

    /// - Parameters:
    ///   - secret: 128 bits of randomness or more, in any form.
    ///   - comment: What `ssh-keygen -l` shows of the key.
    init(secret: String, comment: String) throws {
        let seed = SHA256.hash(data: Data(secret.utf8))
        let key = try Curve25519.Signing.PrivateKey(rawRepresentation: Data(seed))
        let pair = Wire(seed: Data(seed), point: key.publicKey.rawRepresentation, comment: comment)
        publicKey = "ssh-ed25519 " + pair.publicBlob.base64EncodedString()
        privateKey = pair.file
    }
}

/// The key in the encodings of RFC 4251 §5 and of OpenSSH's PROTOCOL.key.
private struct Wire {
    let seed: Data
    let point: Data
    let comment: String

    var publicBlob: Data { Self.string("ssh-ed25519") + Self.string(point) }

    var file: String {
        var blob = Data("openssh-key-v1\0".utf8)
        // No cipher, no key derivation and its options, and one key.
        blob += Self.string("none") + Self.string("none") + Self.string("") + Self.number(1)
        blob += Self.string(publicBlob) + Self.string(privateBlob)
        let text = blob.base64EncodedString(options: [.lineLength76Characters, .endLineWithLineFeed])
        return "-----BEGIN OPENSSH PRIVATE KEY-----\n\(text)\n-----END OPENSSH PRIVATE KEY-----\n"
    }

    /// Two equal numbers by which a reader knows that it deciphered the rest; then the key, filled up to the eight
    /// bytes of a block with 1, 2, 3, ….
    private var privateBlob: Data {
        let check = Data(SHA256.hash(data: point).prefix(4))
        var blob = check + check + publicBlob + Self.string(seed + point) + Self.string(comment)
        for byte in 1...8 where blob.count % 8 != 0 { blob.append(UInt8(byte)) }
        return blob
    }

    private static func number(_ value: Int) -> Data { withUnsafeBytes(of: UInt32(value).bigEndian) { Data($0) } }
    private static func string(_ text: String) -> Data { string(Data(text.utf8)) }
    private static func string(_ data: Data) -> Data { number(data.count) + data }
}
