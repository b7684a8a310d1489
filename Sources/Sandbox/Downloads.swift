import Foundation

/// Debian packages that some node has downloaded, for the next.
///
/// Nodes do not share a directory: apt locks it, so that nodes could only download one after the other. Each has its
/// own, and complete packages are hard-linked from it into the pool and from the pool into others. apt writes a
/// package in `partial/` and renames it when it is complete, so a link never shows half of one.
struct Downloads: Sendable {
    var pool: String

    /// Gives a node every package of the pool.
    func stock(_ archives: String) throws {
        try Files.makeDirectory(archives)
        try link(from: pool, to: archives)
    }

    /// Takes over what a node has downloaded; the number of packages that were new.
    @discardableResult
    func harvest(_ archives: String) throws -> Int {
        try Files.makeDirectory(pool)
        return try link(from: archives, to: pool)
    }

    @discardableResult
    private func link(from source: String, to target: String) throws -> Int {
        var count = 0
        for name in Files.names(in: source) where name.hasSuffix(".deb") {
            if Foundation.link("\(source)/\(name)", "\(target)/\(name)") == 0 {
                count += 1
            } else if errno != EEXIST && errno != ENOENT {
                throw Files.failure("link \(source)/\(name) into \(target)")
            }
        }
        return count
    }
}
