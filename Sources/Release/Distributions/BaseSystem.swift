/// The root that lies below every node of a sandbox.
public struct BaseSystem: Sendable, Equatable {
    /// The suite that debootstrap's kin make it of.
    public let suite: String
    /// Lines of sources.list.
    public let sources: [String]
    /// What an ordinary small server has: the nodes install the rest themselves, as real machines do.
    public let packages: [String]
    /// Units that have no business in a container, or that would change the host's kernel settings.
    public let maskedUnits: [String]
}
