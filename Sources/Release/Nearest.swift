/// The name that is closest to a misspelt one, or nil when none is close enough to be meant.
func nearest(to name: String, among names: some Sequence<String>) -> String? {
    Release.nearest(to: name, among: names, atMost: 1).first
}

extension Release {
    /// The names that are closest to a misspelt one, the closest first.
    ///
    /// Close is a distance of at most a third of the name's length. Two neighbours that were swapped count as one
    /// mistake, as a letter too much, too few or another does.
    static func nearest(to name: String, among names: some Sequence<String>, atMost limit: Int) -> [String] {
        let given = Array(name.lowercased().utf8)
        guard given.count <= 100 else { return [] }
        let far = max(1, given.count / 3)
        let near = names.compactMap { candidate -> (distance: Int, name: String)? in
            let other = Array(candidate.lowercased().utf8)
            guard abs(other.count - given.count) <= far else { return nil }
            let distance = editDistance(given, other)
            return distance <= far ? (distance, candidate) : nil
        }
        return near.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(limit).map(\.name)
    }
}

/// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var before: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
        var row = [i + 1]
        for j in b.indices {
            var cost = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
            row.append(cost)
        }
        (before, last) = (last, row)
    }
    return last[b.count]
}
