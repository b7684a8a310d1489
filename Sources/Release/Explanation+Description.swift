extension Explanation: CustomStringConvertible {
    /// For people: the facts first, then the option's story.
    public var description: String {
        var rows: [(String, String)] = []
        if let facts { rows += facts.rows } else { rows.append(("", standing)) }
        rows += sections.isEmpty ? [] : [("also in", sections.map { "[\($0)]" }.joined(separator: ", "))]
        rows += nearest.isEmpty ? [] : [("near to it", nearest.joined(separator: ", "))]
        rows += releases.isEmpty ? [] : [("releases", releases.map(\.description).joined(separator: ", "))]
        rows += renamedTo.map {
            ("renamed to", "[\($0.section)] \($0.option) (read so from \($0.since) to \($0.until))")
        }
        rows += otherwise.map { ("otherwise in", $0) }
        let width = (rows.map(\.0.count).max() ?? 0) + 2
        let lines = rows.map { name, text in
            "  " + (name.isEmpty ? "" : name + String(repeating: " ", count: width - name.count)) + text
        }
        return (["[\(section)] \(option) of \(file) in \(release)"] + lines).joined(separator: "\n")
    }

    /// How the release stands to a name that is none of its own.
    private var standing: String {
        switch status {
        case .known: ""
        case .renamed: "an old name, which this release still reads"
        case .removed: "gone: this release ignores it"
        case .notYet: "not there yet: this release ignores it"
        case .misplaced: "no option of this section: this release ignores it"
        case .unknown: "unknown: this release ignores it"
        }
    }
}

extension Explanation.Span: CustomStringConvertible {
    /// The newest release stands for "still there".
    public var description: String {
        let isOpen = last == Release.names.last
        return first == last && !isOpen ? first : isOpen ? "\(first) on" : "\(first) to \(last)"
    }
}

extension Explanation.Facts {
    /// Name and text of what there is to tell.
    var rows: [(String, String)] {
        var rows = [("type", type + (isRepeatable ? ", may be repeated" : ""))]
        if isSecret { rows.append(("secret", "its value is never printed")) }
        if let defaultValue { rows.append(("default", shown(defaultValue))) }
        if let choices { rows.append(("choices", choices.map { $0.isEmpty ? "“”" : $0 }.joined(separator: ", "))) }
        if let range { rows.append(("range", range)) }
        if let pattern { rows.append(("pattern", pattern)) }
        if let maximumLength { rows.append(("length", "at most \(maximumLength) characters")) }
        if let schemes { rows.append(("schemes", schemes.joined(separator: ", "))) }
        if isRequired { rows.append(("required", "the service does not start without it")) }
        if isMutable { rows.append(("mutable", "read again while the service runs")) }
        if isDeprecatedForRemoval {
            rows.append(("deprecated", "for removal" + (deprecatedSince.map { ", since \($0)" } ?? "")))
        }
        let old = oldNames.map { name in
            let parts = name.split(separator: "/", maxSplits: 1)
            return parts.count == 2 ? "[\(parts[0])] \(parts[1])" : name
        }
        return rows + (old.isEmpty ? [] : [("old names", old.joined(separator: ", "))])
    }

    private func shown(_ value: String) -> String {
        (value.isEmpty ? "empty" : value)
            + (isDefaultComputed ? " (as an example: it is found out on the machine)" : "")
    }

    private var range: String? {
        switch (minimum.map(ValueRule.plain), maximum.map(ValueRule.plain)) {
        case (let low?, let high?): "\(low) to \(high)"
        case (let low?, nil): "\(low) or more"
        case (nil, let high?): "\(high) or less"
        case (nil, nil): nil
        }
    }
}
