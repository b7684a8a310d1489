extension YAMLComposer {
    /// The pair of a key and its value; nil when the key cannot be one, which is reported.
    func pair(_ key: YAMLNode, _ value: YAMLNode) -> YAMLNode.Pair? {
        guard let scalar = scalar(ofKey: key) else { return nil }
        guard !dialect.isOfPython, scalar.isPlain else {
            return YAMLNode.Pair(key: scalar.text, keyMark: key.start, value: value)
        }
        var name = scalar.text
        if let (place, found) = LookAlike.first(inKey: name) {
            log.error(mark(of: place, in: key), found.what, hint: found.hint)
            name = LookAlike.meant(by: name)
        } else if let word = wordBeforeColon(name), value.isNull || name.contains(where: { "{[\"'".contains($0) }) {
            log.error(
                key.start, "a blank is missing after the colon of \(quoted(word))", hint: "write `\(word): …`")
        } else {
            return YAMLNode.Pair(key: name, keyMark: key.start, value: value)
        }
        hideSecrets(of: name, key)
        return split(name, key) ?? YAMLNode.Pair(key: name, keyMark: key.start, value: value)
    }

    /// `{ address:192.0.2.10 }` is a key without a value to YAML; once reported, it is read as it was meant.
    private func split(_ name: String, _ key: YAMLNode) -> YAMLNode.Pair? {
        guard let word = wordBeforeColon(name.replacing(": ", with: ":")) else { return nil }
        let rest = name.dropFirst(word.count + 1).drop { $0 == " " }
        let value = YAMLNode(
            start: mark(of: word.count + 1, in: key), end: key.end,
            content: .scalar(YAMLScalar(text: String(rest), isPlain: true)))
        return YAMLNode.Pair(key: word, keyMark: key.start, value: value)
    }

    private func scalar(ofKey key: YAMLNode) -> YAMLScalar? {
        guard case .scalar(let scalar) = key.content else {
            log.error(
                key.start, "a key has to be a word, not \(key.kind)",
                hint: "a list within a mapping is `key: [a, b]`")
            return nil
        }
        if scalar.text.isEmpty || scalar.text == "~" {
            log.error(key.start, "a key is missing before the colon", hint: "write `key: value`")
            return nil
        }
        return scalar
    }

    /// Where a character of an unquoted text stands, as far as that can be told.
    private func mark(of place: Int, in node: YAMLNode) -> Mark {
        let isOneLine = node.start.line == node.end.line
        return isOneLine ? Mark(line: node.start.line, column: node.start.column + place) : node.start
    }

    /// The value without characters that nobody can have meant in it, which are reported.
    func meant(_ value: YAMLNode) -> YAMLNode {
        guard case .scalar(let scalar) = value.content, scalar.isPlain, !dialect.isOfPython else { return value }
        if let (place, found) = LookAlike.first(inPlain: scalar.text) {
            log.error(
                mark(of: place, in: value), found.what, hint: "\(found.hint), or quote the value if it is meant")
            var value = value
            value.content = .scalar(YAMLScalar(text: LookAlike.meant(by: scalar.text), isPlain: true))
            return value
        }
        if let (place, found) = LookAlike.blank(inPlain: scalar.text) {
            log.warn(mark(of: place, in: value), found.what, hint: "\(found.hint), or quote the value if it is meant")
        }
        return value
    }

    /// A line with a secret must not turn up in a message, whatever is wrong with it.
    func hideSecrets(of key: String, _ value: YAMLNode) {
        guard namesSecret(key) else { return }
        switch value.content {
        case .scalar: if !value.isNull { log.hide(from: value.start, to: value.end) }
        case .sequence: log.hide(from: value.start, to: value.end)
        case .mapping(let pairs):
            for pair in pairs where !["env", "file", "command"].contains(pair.key) {
                log.hide(from: pair.keyMark, to: pair.value.end)
            }
        }
    }
}

/// `release` of `release:zed`: a word, a colon, and something that is no blank.
func wordBeforeColon(_ text: some StringProtocol) -> String? {
    let word = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" || $0 == "-" }
    guard let first = word.first, first.isLetter, text.dropFirst(word.count).first == ":",
        let next = text.dropFirst(word.count + 1).first, !next.isWhitespace, next != ":", next != "/"
    else { return nil }
    return String(word)
}
