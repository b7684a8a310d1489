extension DraftReader {
    func vcenter(_ name: Marked<String>, _ node: YAMLNode) -> VCenterDraft {
        var draft = VCenterDraft(name: name)
        guard let fields = Fields<VCenterKey>(node, "vcenter \(quoted(name.value))", at: name.mark, log) else {
            draft.clusters = .unreadable
            draft.password = .unreadable
            return draft
        }
        fields.require(.address, .username, .datacenter, .clusters)
        draft.address = fields.read(.address) { values.name($0, "address", NamePattern.host) }
        draft.port = fields.read(.port) { values.integer($0, in: 1...65535) }
        draft.username = fields.read(.username) { values.text($0) }
        draft.password = fields.read(.password) { password($0) }
        draft.caFile = fields.read(.caFile) { values.text($0, "a path") }
        draft.thumbprint = fields.read(.thumbprint) { thumbprint($0) }
        draft.insecure = fields.read(.insecure) { values.boolean($0) }
        draft.datacenter = fields.read(.datacenter) { values.text($0) }
        draft.clusters = named(fields, .clusters, "cluster", NamePattern.cluster, cluster)
        draft.imageDatastores =
            fields.read(.imageDatastores) {
                values.list($0, of: "datastore") { values.name($0, "datastore", NamePattern.datastore) }
            }.value ?? []
        return draft
    }

    private func cluster(_ name: Marked<String>, _ node: YAMLNode) -> ClusterDraft {
        var draft = ClusterDraft(name: name)
        // `cluster_a:` alone takes all the defaults.
        if node.isNull { return draft }
        guard let fields = Fields<ClusterKey>(node, "cluster \(quoted(name.value))", at: name.mark, log) else {
            draft.hosts = .unreadable
            return draft
        }
        draft.clusterName = fields.read(.clusterName) { values.text($0) }
        draft.datastoreRegex = fields.read(.datastoreRegex) { regex($0) }
        draft.availabilityZone = fields.read(.availabilityZone) { zone($0) }
        draft.primeImageCache = fields.read(.primeImageCache) { values.boolean($0) }
        draft.capacity = fields.read(.capacity) { capacity($0, at: fields.mark(of: .capacity)) }
        draft.hosts = fields.read(.hosts) { values.list($0, of: "address", values.address) }
        return draft
    }

    private func regex(_ node: YAMLNode) -> String? {
        guard let text = values.text(node, "a regular expression") else { return nil }
        let length = text.utf8.count
        let wrong = length > 500 ? "it has \(length) bytes, and 500 are enough" : PythonRegex.problem(in: text)
        guard let wrong else { return text }
        log.error(
            node.start, "\(quoted(text)) is no regular expression: \(wrong)",
            hint: "Nova matches it with Python's re.match against names of datastores")
        return nil
    }

    /// SHA-256 in hexadecimal, with or without colons.
    private func thumbprint(_ node: YAMLNode) -> String? {
        guard let text = values.text(node, "a SHA-256 thumbprint") else { return nil }
        let digits = text.filter { $0 != ":" }.lowercased()
        if digits.utf8.count == 64, digits.utf8.allSatisfy(isHexDigit) { return digits }
        let isSHA1 = digits.utf8.count == 40 && digits.utf8.allSatisfy(isHexDigit)
        log.error(
            node.start,
            "expected the certificate's SHA-256 as 64 hexadecimal digits, found "
                + (isSHA1 ? "a SHA-1 of 40" : quoted(text)),
            hint: "openssl s_client -connect HOST:443 </dev/null | openssl x509 -noout -fingerprint -sha256")
        return nil
    }

    /// Never says what it found: it may be the secret.
    func password(_ node: YAMLNode) -> SecretReference? {
        // Only what certainly names a password and is none is repeated.
        let name = variable(in: node)?.name.flatMap { namesSecret($0) ? printable($0) : nil } ?? "NAME"
        let hint =
            "write { env: \(name) }, { file: PATH } or { command: 'TEXT' }; the topology never holds the secret itself"
        guard case .mapping(let pairs) = node.content else {
            log.hide(from: node.start, to: node.end)
            log.error(node.start, "a password may not stand in the topology", hint: hint)
            return nil
        }
        guard pairs.count == 1, let key = SecretKey(rawValue: pairs[0].key),
            case .scalar(let scalar) = pairs[0].value.content, scalar.value != .null, !scalar.text.isEmpty,
            !scalar.text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            log.hide(from: node.start, to: node.end)
            log.error(node.start, "expected one of env, file and command, with text", hint: hint)
            return nil
        }
        switch key {
        case .file: return log.reportVariable(in: pairs[0].value) ? nil : .file(scalar.text)
        case .command: return .command(scalar.text)
        case .environment where NamePattern.isVariable(scalar.text): return .environment(scalar.text)
        case .environment:
            log.hide(from: node.start, to: node.end)
            log.error(pairs[0].value.start, "expected the name of an environment variable", hint: hint)
            return nil
        }
    }

    /// `${VC1_PASSWORD}` where `{ env: VC1_PASSWORD }` is meant, or `{ env: ${VC1_PASSWORD} }`.
    private func variable(in node: YAMLNode) -> ForeignVariable? {
        var node = node
        if case .mapping(let pairs) = node.content, pairs.count == 1 { node = pairs[0].value }
        guard case .scalar(let scalar) = node.content else { return nil }
        return ForeignVariable(in: scalar.text)
    }
}
