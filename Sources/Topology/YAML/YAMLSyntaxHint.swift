extension ProblemLog {
    /// Reports what libyaml said, at the place where a person would repair it.
    func report(_ error: YAMLSyntaxError) {
        hidesByWords = true
        // What to look at is an opening quote or bracket, or the key, not where libyaml gave up.
        let isUnclosed =
            error.problem == "found unexpected end of stream" || error.problem.contains("did not find expected ','")
            || error.problem == "could not find expected ':'"
        let index = isUnclosed && error.context != nil ? error.contextIndex : error.index
        let mark = source.mark(atScalar: index)
        if let suspect = suspect(error, at: mark) { return add(suspect) }
        let what = [error.problem, error.context].compactMap { $0 }.joined(separator: " ")
        let next = source.scalars(ofLine: mark.line).dropFirst(mark.column - 1).first
        self.error(mark, "not YAML: \(what)", hint: hint(for: error, at: mark, next))
    }

    /// A mistake that can be named, on the lines where libyaml began and gave up.
    private func suspect(_ error: YAMLSyntaxError, at mark: Mark) -> Problem? {
        if source.scalars(ofLine: mark.line).dropFirst(mark.column - 1).first == "\t" {
            return .error(
                mark, "a tab stands here, and YAML takes only blanks for indentation",
                hint: "replace it by blanks; most editors can do that for the whole file")
        }
        let isOfColon = ["could not find expected ':'", "mapping values are not allowed in this context"]
        var lines = Set([mark, source.mark(atScalar: error.index)].map(\.line)).sorted()
        // A first line without a colon of YAML's is text to it, which goes on in the line that it then refuses.
        if error.problem == isOfColon[1], let first = source.firstLine, lines.first == first.next {
            lines.append(first.number)
        }
        return lines.lazy.compactMap { line in
            SyntaxSuspect.find(
                on: self.source.scalars(ofLine: line), number: line, colon: isOfColon.contains(error.problem))
        }.first
    }

    private func hint(for error: YAMLSyntaxError, at mark: Mark, _ next: Unicode.Scalar?) -> String? {
        switch error.problem {
        case "found character that cannot start any token": hint(forStart: next)
        case "mapping values are not allowed in this context":
            "quote a value that holds `: `; or the line is indented further than the one it belongs to"
        case "found unexpected end of stream": "a quote that opens here is never closed"
        case "did not find expected ',' or ']'", "did not find expected ',' or '}'":
            "a bracket that opens here is not closed, or a comma is missing"
        case "did not find expected key", "did not find expected '-' indicator":
            "lines of one list or mapping begin in the same column; look at the line above, too"
        case "found unexpected ':'": "a blank belongs after the colon of a key"
        case "could not find expected ':'":
            "a key needs a colon and a blank after it; quote text that runs over lines"
        case "block sequence entries are not allowed in this context": "put the list on the lines below its key"
        case "found unknown escape character":
            "within double quotes, write a backslash as \\\\, or use single quotes"
        case "did not find expected <document start>": "something stands after the end of the document"
        default: nil
        }
    }

    private func hint(forStart character: Unicode.Scalar?) -> String {
        switch character {
        case let character?: "quote a value that begins with \(quoted(String(character)))"
        case nil: "quote the value"
        }
    }
}

extension Source {
    /// The first line that is neither empty nor a comment, and the next such line.
    fileprivate var firstLine: (number: Int, next: Int)? {
        var first: Int?
        for line in 1...max(1, lineCount) {
            let text = scalars(ofLine: line).drop { $0 == " " }
            if text.isEmpty || text.first == "#" || text.starts(with: "---".unicodeScalars) { continue }
            guard let number = first else { first = line; continue }
            return (number, line)
        }
        return nil
    }
}
