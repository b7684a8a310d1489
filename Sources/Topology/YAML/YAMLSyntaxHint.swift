extension ProblemLog {
    /// Reports what libyaml said, at the place where a person would mend it.
    func report(_ error: YAMLSyntaxError) {
        hidesByWords = true
        // An opening quote or bracket is what to look at, not the end of the file.
        let isUnclosed =
            error.problem == "found unexpected end of stream" || error.problem.contains("did not find expected ','")
        let index = isUnclosed && error.context != nil ? error.contextIndex : error.index
        let mark = source.mark(atScalar: index)
        let what = [error.problem, error.context].compactMap { $0 }.joined(separator: " ")
        let next = source.scalars(ofLine: mark.line).dropFirst(mark.column - 1).first
        self.error(mark, "not YAML: \(what)", hint: hint(for: error, at: mark, next))
    }

    private func hint(for error: YAMLSyntaxError, at mark: Mark, _ next: Unicode.Scalar?) -> String? {
        switch error.problem {
        case "found character that cannot start any token": hint(forStart: next)
        case "found a tab character that violates indentation",
            "found a tab character where an indentation space is expected":
            "indent with blanks; YAML does not allow tabs there"
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
        case "\t": "indent with blanks; YAML does not allow tabs there"
        case let character?: "quote a value that begins with \(quoted(String(character)))"
        case nil: "quote the value"
        }
    }
}
