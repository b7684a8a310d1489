/// A driver's column in Nova's support matrix: `operation.*` of `doc/source/user/support-matrix.ini` (until Pike
/// `doc/source/support-matrix.ini`) in Nova's sources, Kilo to 2026.1.
///
/// No release before Kilo has a matrix; what is the same in Kilo is taken for them.
public struct MatrixColumn: Sendable, Equatable {
    /// What the matrix calls the driver, e.g. `libvirt-kvm-x86`.
    public let name: String
    /// What it says other than `complete`, from a release on; only what changed since the one before.
    let changes: [Change]

    /// Nova's words. `unknown` means that nobody has said.
    public enum Level: String, Sendable { case complete, missing, unknown }

    /// What a driver may do with an instance, by the matrix' words.
    public enum Operation: String, Sendable, CaseIterable {
        case attachVolume = "attach-volume"
        case evacuate
        case liveMigrate = "live-migrate"
        case reboot, resize, snapshot
    }

    struct Change: Sendable, Equatable {
        let release: String
        let levels: [Operation: Level]
    }

    init(_ name: String, _ changes: [Change] = []) {
        (self.name, self.changes) = (name, [Change(release: "havana", levels: [.evacuate: .unknown])] + changes)
    }

    /// What the matrix says of an operation.
    ///
    /// - Parameter isSince: whether the release that is asked for is this one or newer.
    public func level(_ operation: Operation, isSince: (String) -> Bool) -> Level {
        changes.filter { isSince($0.release) }.compactMap { $0.levels[operation] }.last ?? .complete
    }
}
