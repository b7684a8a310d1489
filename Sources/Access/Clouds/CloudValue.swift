import Topology

/// A value of clouds.yaml, secure.yaml or clouds-public.yaml with the place where it stands.
///
/// Keys have underscores: openstacksdk takes `auth-url` for `auth_url` (`config/_util.py`, `normalize_keys`).
struct CloudValue {
    indirect enum Content {
        case scalar(YAMLScalar)
        case list([CloudValue])
        case mapping([String: CloudValue])
    }

    var content: Content
    /// nil for a value of the environment.
    var place: Place?

    /// Where a value stands, and who takes what is wrong with it.
    struct Place {
        var mark: Mark
        var log: ProblemLog
    }

    init(_ node: YAMLNode, _ log: ProblemLog) {
        place = Place(mark: node.start, log: log)
        switch node.content {
        case .scalar(let scalar): content = .scalar(scalar)
        case .sequence(let items): content = .list(items.map { CloudValue($0, log) })
        case .mapping(let pairs):
            content = .mapping(
                Dictionary(
                    pairs.map { ($0.key.replacing("-", with: "_"), CloudValue($0.value, log)) }
                ) { _, last in last })
        }
    }

    init(_ content: Content, at place: Place?) {
        self.content = content
        self.place = place
    }

    /// The text; nil for what is none, and for a key without a value, which is Python's None.
    var text: String? {
        if case .scalar(let scalar) = content, scalar.value != .null { scalar.text } else { nil }
    }

    var isNull: Bool { if case .scalar(let scalar) = content { scalar.value == .null } else { false } }

    var members: [String: CloudValue]? { if case .mapping(let members) = content { members } else { nil } }
}

extension [String: CloudValue] {
    /// What openstacksdk makes of two mappings: the other's values win, and within `auth` value by value (`_auth_update`).
    func updated(by other: [String: CloudValue], skippingNull: Bool = false) -> [String: CloudValue] {
        var updated = self
        for (key, value) in other where !(skippingNull && value.isNull) {
            if key == "auth", let old = self["auth"]?.members, let new = value.members {
                updated[key] = CloudValue(.mapping(old.merging(new) { $1 }), at: value.place)
            } else {
                updated[key] = value
            }
        }
        return updated
    }

    /// The same at all depths, as secure.yaml is laid over clouds.yaml (`merge_clouds`).
    func merged(with other: [String: CloudValue]) -> [String: CloudValue] {
        merging(other) { old, new in
            guard let before = old.members, let after = new.members else { return new }
            return CloudValue(.mapping(before.merged(with: after)), at: old.place)
        }
    }
}
