public import Topology

extension Release {
    /// Whether Nova of this release drives a kind of hypervisor.
    public func support(for kind: HypervisorKind) -> HypervisorSupport {
        if let first = kind.span.since, isBefore(first) { return .noDriver(kind.span.before) }
        if let gone = kind.span.until, !isBefore(gone) { return .noDriver(kind.span.after) }
        return .drives
    }

    /// The value of `[DEFAULT] compute_driver` for a kind of hypervisor; nil when this release has no driver for it.
    public func computeDriver(for kind: HypervisorKind) -> String? {
        if case .noDriver = support(for: kind) { return nil }
        return kind.computeDriver
    }
}

/// Whether a hypervisor can be used with a release.
public enum HypervisorSupport: Sendable, Equatable {
    /// Nova has a driver for it.
    case drives
    /// Nova has no driver; since when, and what to do.
    case noDriver(String)
}

extension Distribution {
    /// Whether it has packages for nova-compute with a kind of hypervisor.
    public func installs(_ kind: HypervisorKind) -> Bool { computePackages[kind] != nil }
}
