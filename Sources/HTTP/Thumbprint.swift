import Crypto
import Foundation
import Wording

/// The SHA-256 of a certificate's DER bytes.
struct Thumbprint: Equatable {
    /// 64 lower-case hexadecimal digits.
    let digits: String

    /// As it was written by someone, with colons or without.
    init(_ text: String) { digits = text.lowercased().replacing(":", with: "") }

    init?(ofPEM text: String) {
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") }
        guard let der = Data(base64Encoded: lines.joined()), !der.isEmpty else { return nil }
        digits = SHA256.hash(data: der).hexadecimal
    }
}
