/// The members of a mapping while they are read, with what merge keys (`<<`) bring.
///
/// https://yaml.org/type/merge.html, as PyYAML has it: what the mapping itself says wins, and of several merged mappings
/// the first.
struct MappingMembers {
    private var own: [YAMLNode.Pair] = []
    private var merged: [YAMLNode.Pair] = []
    private var places: [String: Mark] = [:]

    /// Where the key stood before; nil for a new one.
    mutating func firstPlace(of key: String, at mark: Mark) -> Mark? {
        if let first = places[key] { return first }
        places[key] = mark
        return nil
    }

    mutating func add(_ pair: YAMLNode.Pair) { own.append(pair) }

    /// Takes in what stands behind `<<`; false when that is no mapping and no list of mappings.
    mutating func merge(_ value: YAMLNode) -> Bool {
        switch value.content {
        case .mapping(let pairs): merged += pairs
        case .sequence(let items):
            let mappings = items.compactMap { if case .mapping(let pairs) = $0.content { pairs } else { nil } }
            guard mappings.count == items.count else { return false }
            for pairs in mappings.reversed() { merged += pairs }
        case .scalar: return false
        }
        return true
    }

    /// What is merged comes first; a key keeps its first place and its last value.
    var pairs: [YAMLNode.Pair] {
        if merged.isEmpty, places.count == own.count { return own }
        var pairs: [YAMLNode.Pair] = []
        var indices: [String: Int] = [:]
        for pair in merged + own {
            if let index = indices[pair.key] {
                pairs[index] = pair
            } else {
                indices[pair.key] = pairs.count
                pairs.append(pair)
            }
        }
        return pairs
    }
}
