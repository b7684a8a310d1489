import Crypto
import Foundation
import Wording

extension RenderedFile {
    /// SHA-256 of the contents, as `sha256sum` prints it.
    package var digest: String { SHA256.hash(data: Data(contents.utf8)).hexadecimal }
}
