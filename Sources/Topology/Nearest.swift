/// The name that a misspelt one was probably meant to be; nil when none is near.
///
/// Case, hyphens and underscores do not count, so `datastoreRegex` is as near to `datastore_regex` as can be.
func nearest(to name: String, among names: [String]) -> String? {
    let given = Array(folded(name))
    guard given.count <= 64, names.count <= 1000 else { return nil }
    let limit = max(1, given.count / 3)
    var best: (distance: Int, name: String)?
    for candidate in names {
        let other = Array(folded(candidate))
        guard abs(other.count - given.count) <= limit else { continue }
        let distance = editDistance(given, other)
        if distance <= limit, distance < best?.distance ?? Int.max { best = (distance, candidate) }
    }
    return best?.name
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
