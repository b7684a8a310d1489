import Crypto
import Foundation
import Rendering
import Wording

/// SHA-256 of words, hexadecimal; a word's end is part of it, so that ["ab"] and ["a", "b"] differ.
func sha256(of words: [String]) -> String {
    var hash = SHA256()
    for word in words {
        hash.update(data: Data(word.utf8))
        hash.update(data: Data([0]))
    }
    return hash.finalize().hexadecimal
}

extension RenderedFile {
    /// SHA-256 of the contents, as `sha256sum` prints it.
    var digest: String { SHA256.hash(data: Data(contents.utf8)).hexadecimal }
}

/// SHA-256 of a file, read piece by piece.
func fileDigest(_ path: String) throws -> String {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    var hash = SHA256()
    while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(data: piece) }
    return hash.finalize().hexadecimal
}
