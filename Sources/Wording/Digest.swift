import Crypto
import Foundation

/// SHA-256 of words, hexadecimal; a word's end is part of it, so that ["ab"] and ["a", "b"] differ.
public func sha256(of words: [String]) -> String {
    var hash = SHA256()
    for word in words {
        hash.update(data: Data(word.utf8))
        hash.update(data: Data([0]))
    }
    return hash.finalize().hexadecimal
}
