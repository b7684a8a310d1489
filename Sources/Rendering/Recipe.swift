/// How one file is made: which template, with which values, to which place.
struct Recipe {
    /// The template's name, or a text that is already final.
    enum Source {
        case template(String, [String: TemplateValue])
        case text(String)
    }

    var path: String
    var source: Source
    var owner = "root"
    var group = "root"
    var mode: UInt16 = 0o644
    var isSecret = false
    /// For the reader's hand: `up` does not send it.
    var isByHand = false
    var units: [String] = []
    var syntax = Syntax.plain

    /// A configuration file of a service: its group may read it and nobody else, for it holds passwords.
    static func service(
        _ path: String, group: String, units: [String], template: String, _ values: [String: TemplateValue]
    ) -> Recipe {
        Recipe(
            path: path, source: .template("modern/\(template)", values), group: group, mode: 0o640, isSecret: true,
            units: units, syntax: .oslo)
    }

    /// A file that anybody may read.
    static func open(
        _ path: String, units: [String], template: String, _ values: [String: TemplateValue] = [:]
    ) -> Recipe {
        Recipe(path: path, source: .template("modern/\(template)", values), units: units)
    }
}
