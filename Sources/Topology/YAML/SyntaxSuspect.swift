/// What on a line that is no YAML is most likely the mistake, where libyaml only says what it expected.
enum SyntaxSuspect {
    /// The mistake and its place, looked for on one line of the text; nil when nothing there is suspicious.
    ///
    /// - Parameters:
    ///   - colon: Whether a colon without a blank behind it can be the mistake.
    static func find(on line: [Unicode.Scalar], number: Int, colon: Bool) -> Problem? {
        let bare = outsideOfQuotes(line)
        return variable(bare, number) ?? lookAlike(bare, number) ?? (colon ? missingBlank(bare, number) : nil)
    }

    private static func variable(_ line: [Unicode.Scalar], _ number: Int) -> Problem? {
        guard let found = ForeignVariable(in: String(line)) else { return nil }
        // What is taken for a variable may be a part of a secret.
        let what = namesSecret(String(line)) ? found.hiddenWhat : found.what
        return .error(Mark(line: number, column: found.place + 1), what, hint: found.hint)
    }

    private static func lookAlike(_ line: [Unicode.Scalar], _ number: Int) -> Problem? {
        for (place, scalar) in line.enumerated() {
            guard let found = LookAlike(scalar), isSuspicious(found, at: place, line) else { continue }
            return .error(Mark(line: number, column: place + 1), found.what, hint: found.hint)
        }
        return nil
    }

    /// Only where YAML has its own marks: within text such characters may well be meant.
    private static func isSuspicious(_ found: LookAlike, at place: Int, _ line: [Unicode.Scalar]) -> Bool {
        func isBlank(_ scalar: Unicode.Scalar) -> Bool {
            scalar == " " || LookAlike(scalar).map { $0.kind == .blank || $0.kind == .invisible } ?? false
        }
        let before = line[..<place].last { !isBlank($0) }
        let after = line[(place + 1)...].first { !isBlank($0) }
        let begins = before.map { ":,-[{".unicodeScalars.contains($0) } ?? true
        switch found.kind {
        case .blank, .invisible: return begins || after.map { ":,]}".unicodeScalars.contains($0) } ?? true
        case .quote: return begins
        case .mark where found.instead == "-": return before == nil
        case .mark where found.instead == ":": return !line.contains(":")
        case .mark: return line.contains("[") || line.contains("{")
        }
    }

    /// `release:zed`, also behind the hyphen of a list.
    private static func missingBlank(_ line: [Unicode.Scalar], _ number: Int) -> Problem? {
        let start = line.firstIndex { $0 != " " && $0 != "-" } ?? line.count
        guard let word = wordBeforeColon(String(line[start...])) else { return nil }
        return .error(
            Mark(line: number, column: start + 1), "a blank is missing after the colon of \(quoted(word))",
            hint: "write `\(word): …`")
    }

    /// The line with blanks in place of what stands in quotes and of a comment.
    private static func outsideOfQuotes(_ line: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var bare = line
        var quote: Unicode.Scalar?
        for (place, scalar) in line.enumerated() {
            let isAfterBlank = place == 0 || [" ", "\t", ",", "[", "{"].contains(line[place - 1])
            if let open = quote {
                if scalar == open { quote = nil } else { bare[place] = " " }
            } else if (scalar == "'" || scalar == "\"") && isAfterBlank {
                quote = scalar
            } else if scalar == "#" && isAfterBlank {
                return Array(bare[..<place])
            }
        }
        return bare
    }
}

extension String {
    init(_ scalars: [Unicode.Scalar]) { self.init(scalars[...]) }

    init(_ scalars: ArraySlice<Unicode.Scalar>) {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        self.init(view)
    }
}
