extension Cloud {
    /// Which service a quota belongs to.
    public enum QuotaKind: Sendable {
        case compute, network

        var service: Service { self == .compute ? .compute : .network }
        func path(_ project: String) -> String { (self == .compute ? "/os-quota-sets/" : "/quotas/") + project }
        var key: String { self == .compute ? "quota_set" : "quota" }
    }

    /// The limits of a project by name, e.g. `instances` or `port`; -1 is none.
    public func quotas(_ kind: QuotaKind, ofProject id: String) async throws -> [String: Int] {
        let answer = try await get(
            kind.service, kind.path(id), as: [String: Quotas].self, doing: "read the quotas of project \(id)")
        return answer[kind.key]?.limits ?? [:]
    }

    /// Gives a project these limits; others stay. Returns whether anything changed.
    @discardableResult
    public func ensureQuotas(_ kind: QuotaKind, ofProject id: String, _ wanted: [String: Int]) async throws -> Bool {
        let now = try await quotas(kind, ofProject: id)
        let missing = wanted.filter { now[$0.key] != $0.value }
        if missing.isEmpty { return false }
        try await tell(
            "PUT", kind.service, kind.path(id), [kind.key: missing], doing: "set the quotas of project \(id)")
        return true
    }
}

/// Limits stand beside the project's id, which is text.
private struct Quotas: Decodable {
    var limits: [String: Int] = [:]

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: AnyKey.self)
        for key in fields.allKeys {
            if let limit = try? fields.decode(Int.self, forKey: key) { limits[key.stringValue] = limit }
        }
    }
}
