/// What other tools replace before anybody reads a file: `${NAME}` and `$(command)` of shells and compose, `{{ name }}`
/// and `{% … %}` of Jinja (Ansible, Helm), `<%= name %>` of ERB. Nobody does that for a topology.
struct ForeignVariable {
    /// As it is written.
    let text: String
    /// What it is called within its marks; nil for what is no plain name.
    let name: String?
    /// Where it begins, in Unicode scalars.
    let place: Int

    /// The first one in a text.
    init?(in text: some StringProtocol) {
        // Most values have none of these marks, and a pattern is slow to ask.
        let marks = [UInt8(ascii: "$"), UInt8(ascii: "{"), UInt8(ascii: "<")]
        guard text.utf8.contains(where: marks.contains) else { return nil }
        let text = String(text)
        let pattern =
            /\$\{([A-Za-z_][^{}]*)\}|\{\{(.*?)\}\}|\{%.*?%\}|<%.*?%>|\$\([^()]+\)|^\$[A-Za-z_][A-Za-z0-9_]*(?=\/|$)/
        guard let found = text.firstMatch(of: pattern) else { return nil }
        self.text = String(found.output.0)
        let inner = (found.output.1 ?? found.output.2).map { $0.filter { !$0.isWhitespace } }
        name = inner.flatMap { $0.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) == nil ? nil : $0 }
        place = text.unicodeScalars.distance(from: text.startIndex, to: found.range.lowerBound)
    }

    var what: String { "\(quoted(text)) is a variable of another tool, and this file has none" }

    /// The same where the text may be a secret.
    var hiddenWhat: String { "a variable of another tool stands here, and this file has none" }

    var hint: String {
        "write the value itself; only passwords come from outside the file: password: { env: NAME }"
    }
}

extension ProblemLog {
    /// Reports a variable of another tool in a value; false when there is none.
    func reportVariable(in node: YAMLNode) -> Bool {
        guard case .scalar(let scalar) = node.content, let found = ForeignVariable(in: scalar.text) else {
            return false
        }
        error(node.start, found.what, hint: found.hint)
        return true
    }
}
