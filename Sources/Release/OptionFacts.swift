/// What the catalogue says about one option.
struct OptionFacts: Sendable, Decodable {
    var rule: ValueRule
    /// May be set several times (oslo.config's MultiOpt).
    var isRepeatable: Bool
    /// Old names that are still read, as `section/option`; the section `AUTH` is the option's own.
    var oldNames: [String]
    /// Deprecated for removal.
    var isLeaving: Bool
    /// Since which release it is deprecated.
    var since: String?
    /// Its value must not be printed.
    var isSecret: Bool
    /// Other definitions of the same name: what any of them takes is fine.
    var variants: [ValueRule]
    /// What the option is when no file sets it; nil for none.
    var defaultValue: String?
    /// The default is the documented one, and the real one is found out on the machine.
    var isDefaultComputed = false
    /// The service does not start without it.
    var isRequired = false
    /// Not for everyday use.
    var isAdvanced = false
    /// Read again while the service runs.
    var isMutable = false

    private enum Key: String, CodingKey {
        case multi, deprecated, removal, since, secret, variants, sample, required, advanced, mutable
        case defaultValue = "default"
    }

    init(from decoder: any Decoder) throws {
        rule = try ValueRule(from: decoder)
        let values = try decoder.container(keyedBy: Key.self)
        isRepeatable = try values.decodeIfPresent(Bool.self, forKey: .multi) ?? false
        oldNames = try values.decodeIfPresent([String].self, forKey: .deprecated) ?? []
        isLeaving = try values.decodeIfPresent(Bool.self, forKey: .removal) ?? false
        since = try values.decodeIfPresent(String.self, forKey: .since)
        isSecret = try values.decodeIfPresent(Bool.self, forKey: .secret) ?? false
        variants = try values.decodeIfPresent([ValueRule].self, forKey: .variants) ?? []
        defaultValue = try values.decodeIfPresent(CatalogValue.self, forKey: .defaultValue)?.text
        isDefaultComputed = try values.decodeIfPresent(Bool.self, forKey: .sample) ?? false
        isRequired = try values.decodeIfPresent(Bool.self, forKey: .required) ?? false
        isAdvanced = try values.decodeIfPresent(Bool.self, forKey: .advanced) ?? false
        isMutable = try values.decodeIfPresent(Bool.self, forKey: .mutable) ?? false
    }

    /// An option that no package lists.
    init(type: String, isRepeatable: Bool) { self.init(ValueRule(type: type), isRepeatable: isRepeatable) }

    /// An option that no package lists.
    init(_ rule: ValueRule, isRepeatable: Bool = false) {
        self.rule = rule
        self.isRepeatable = isRepeatable
        oldNames = []
        isLeaving = false
        isSecret = false
        variants = []
    }
}
