import Foundation

/// A version of an API within its major version, e.g. compute's 2.93.
struct Microversion: Sendable, Comparable, CustomStringConvertible {
    var major, minor: Int

    init(_ major: Int, _ minor: Int) { (self.major, self.minor) = (major, minor) }

    init?(_ text: String) {
        let numbers = text.split(separator: ".").compactMap { Int($0) }
        guard numbers.count == 2 else { return nil }
        (major, minor) = (numbers[0], numbers[1])
    }

    var description: String { "\(major).\(minor)" }

    static func < (a: Microversion, b: Microversion) -> Bool { (a.major, a.minor) < (b.major, b.minor) }
}

/// What a service says about its versions: Nova `{"version": {"version", "min_version"}}`, or `{"versions": […]}` at
/// its root, Placement `{"versions": [{"max_version", "min_version"}]}`.
struct VersionAnswer: Decodable {
    var version: Entry?
    var versions: [Entry]?

    struct Entry: Decodable {
        var version, max_version, min_version: String?

        var range: ClosedRange<Microversion>? {
            guard let newest = Microversion(max_version ?? version ?? ""), let oldest = Microversion(min_version ?? ""),
                oldest <= newest
            else { return nil }
            return oldest...newest
        }
    }

    /// nil: the service knows no microversions.
    var range: ClosedRange<Microversion>? {
        ([version].compactMap(\.self) + (versions ?? [])).compactMap(\.range).max { $0.upperBound < $1.upperBound }
    }
}
