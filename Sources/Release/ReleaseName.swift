public import Topology

extension Release {
    /// The name of the release that a text stands for; nil when there is none.
    ///
    /// People write `zed`, `Zed`, `2023.1`, `antelope`, `2023.1 Antelope` and `stable/2023.1` for releases, and Havana
    /// to Kilo have numbers, too.
    public static func name(for text: String) -> String? {
        let words = text.lowercased().split { " -/()\t".contains($0) }.filter { !branchWords.contains($0) }
        guard let first = words.first.flatMap(name(forWord:)) else { return nil }
        return words.allSatisfy { name(forWord: $0) == first } ? first : nil
    }

    /// What OpenStack's branches are called in front of the release.
    private static let branchWords: Set<Substring> = ["openstack", "stable", "unmaintained"]

    private static func name(forWord word: Substring) -> String? {
        ReleaseRecord.all.first { record in
            !record.isHistory && [record.name, record.number, record.codeName?.lowercased()].contains(String(word))
        }?.name
    }
}

extension ReleaseNames {
    /// The releases that Polyvisor has.
    public static let known = ReleaseNames { text in
        if let name = Release.name(for: text) { return .release(name) }
        let error = ReleaseError(asked: text, available: Release.names)
        return .none(error.what, hint: error.hint)
    }
}
