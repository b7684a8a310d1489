/// All releases in the order in which they came: those of the catalogue, and those that it lacks.
public enum ReleaseOrder {
    /// Releases between those of the catalogue: what was not packaged anywhere that the catalogue was read from.
    static let notCatalogued = ["liberty", "mitaka", "newton", "ocata", "pike", "queens", "rocky", "stein"]

    /// Their names. The catalogue's gap lies between the legacy releases and the modern ones.
    public static let names: [String] = {
        let legacy = ReleaseRecord.all.filter { $0.era == .legacy }.map(\.name)
        let modern = ReleaseRecord.all.filter { $0.era == .modern }.map(\.name)
        return legacy + notCatalogued + modern
    }()

    /// The place of a release; nil when there is none of this name.
    public static func place(of name: String) -> Int? { places[name] }

    private static let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
}
