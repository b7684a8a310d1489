/// All releases in the order in which they came: those that Polyvisor has, and those of which it knows only the history.
public enum ReleaseOrder {
    /// Releases of which only the history of their options is known (`history` in releases.json).
    static let notCatalogued = ReleaseRecord.all.filter(\.isHistory).map(\.name)

    /// Their names.
    public static let names = ReleaseRecord.all.map(\.name)

    /// The place of a release; nil when there is none of this name.
    public static func place(of name: String) -> Int? { places[name] }

    private static let places = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
}
