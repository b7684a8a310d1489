/// The name that a misspelt one was probably meant to be; nil when none is near.
package func nearest(to name: String, among names: some Sequence<String>) -> String? {
    nearest(to: name, among: names, atMost: 1).first
}

/// The names that a misspelt one may have been meant to be, the nearest first, and of equally near ones by the alphabet.
///
/// Near is a distance of at most a third of the name's length. Case, hyphens and underscores do not count, so
/// `datastoreRegex` is as near to `datastore_regex` as can be.
///
/// - Parameter most: the greatest distance, where a third of the name is too much: of long paths, or of names that other
///   things have as well.
package func nearest(
    to name: String, among names: some Sequence<String>, atMost limit: Int, within most: Int = .max
) -> [String] {
    let given = Array(folded(name))
    guard given.count <= 100 else { return [] }
    let far = min(max(1, given.count / 3), most)
    // A file of a thousand misspelt names must not be compared with thousands each.
    let near = names.prefix(5_000).compactMap { candidate -> (distance: Int, name: String)? in
        let other = folded(candidate)
        guard abs(other.count - given.count) <= far else { return nil }
        let distance = editDistance(given, other)
        return distance <= far ? (distance, candidate) : nil
    }
    return near.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(limit).map(\.name)
}

private func folded(_ name: String) -> [UInt8] {
    name.lowercased().utf8.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }
}

/// Insertions, deletions, substitutions and swaps of neighbours that turn one text into the other
/// (optimal string alignment).
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var before: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
        var row = [i + 1]
        for j in b.indices {
            let same = a[i] == b[j]
            var cost = min(last[j] + (same ? 0 : 1), last[j + 1] + 1, row[j] + 1)
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
            row.append(cost)
        }
        before = last
        last = row
    }
    return last[b.count]
}

/// "did you mean …?" and what there is to choose from.
func suggestion(for name: String, among names: [String], called what: String) -> String {
    guard !names.isEmpty else { return "there are no \(what)" }
    let shown = names.prefix(24).map(printable).joined(separator: ", ") + (names.count > 24 ? ", …" : "")
    let list = "\(what): \(shown)"
    return nearest(to: name, among: names).map { "did you mean \(quoted($0))? \(list)" } ?? list
}
