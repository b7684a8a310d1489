/// The name that differs least from a misspelt one, at most in a third of its characters; nil when none does.
func nearest(to name: String, among names: [String]) -> String? {
    let given = Array(name.utf8)
    let limit = max(1, given.count / 3)
    var best: (distance: Int, name: String)?
    for candidate in names {
        let distance = distance(given, Array(candidate.utf8))
        if distance <= limit, distance < best?.distance ?? Int.max { best = (distance, candidate) }
    }
    return best?.name
}

/// Levenshtein's distance.
private func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for i in a.indices {
        var diagonal = row[0]
        row[0] = i + 1
        for j in b.indices {
            let above = row[j + 1]
            row[j + 1] = a[i] == b[j] ? diagonal : min(diagonal, above, row[j]) + 1
            diagonal = above
        }
    }
    return row[b.count]
}
