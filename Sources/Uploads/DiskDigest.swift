import Crypto
import DiskImage
import Foundation
import Wording

/// What an upload will consist of, told without making it: a SHA-256 over the disk's content and over how it is written.
///
/// The writers give the same bytes for the same disk, so equal digests mean equal images; and reading a disk takes a
/// tenth of the time that compressing it does. An image of ours carries its digest, by which a later run finds that there
/// is nothing to do.
enum DiskDigest {
    /// Goes up when a writer's bytes change.
    private static let writers = 1

    /// - Throws: `DiskImageError` when the disk cannot be read.
    static func of(_ disk: any DiskSource, as encodings: [ImageEncoding]) async throws -> [String] {
        let content: String = try await onOwnThread { () throws(DiskImageError) in try Self.content(of: disk) }
        return encodings.map { sha256(of: ["\(writers)", $0.recipe, "\(disk.capacity)", content]) }
    }

    private static func content(of disk: any DiskSource) throws(DiskImageError) -> String {
        var whole = SHA256()
        try disk.forEachGrain(threads: ImageStream.defaultThreads) { number, bytes in
            var hash = SHA256()
            withUnsafeBytes(of: number.littleEndian) { hash.update(bufferPointer: $0) }
            hash.update(bufferPointer: bytes)
            return Array(hash.finalize())
        } _: { digest in
            whole.update(data: digest)
        }
        return whole.finalize().hexadecimal
    }
}

/// Runs what blocks on a thread of its own.
func onOwnThread<T: Sendable, Failure: Error>(
    _ body: @escaping @Sendable () throws(Failure) -> T
) async throws(Failure) -> T {
    let result: Result<T, Failure> = await withCheckedContinuation { done in
        Thread.detachNewThread {
            do throws(Failure) {
                done.resume(returning: .success(try body()))
            } catch {
                done.resume(returning: .failure(error))
            }
        }
    }
    return try result.get()
}
