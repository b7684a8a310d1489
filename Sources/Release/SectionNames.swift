/// The options of one file by which further sections of it get their names.
///
/// `enabled_backends` is the best known of them: it makes a section of each name that it lists.
public struct SectionNames: Sendable, Equatable {
    private var values: [OptionName: [String]] = [:]

    /// Nothing is said of other sections.
    public init() {}

    /// The options that are kept, in whatever section they are.
    private static let kept: Set = [
        "enabled_backends", "enabled_mdev_types", "enabled_vgpu_types", "physnets", "filesystems", "methods",
        "fc_fabric_names", "zone_driver", "replication_device", "volume_driver", "config_source", "auth_section",
        "switch_names",
    ]

    /// Takes note of an assignment where it is one that matters.
    public mutating func note(section: String, option: String, value: String) {
        guard Self.kept.contains(option) else { return }
        values[Self.key(section, option), default: []].append(value)
    }

    /// The value that counts, the last one.
    func last(_ section: String, _ option: String) -> String? { values[Self.key(section, option)]?.last }

    /// The members of a list; nil when the option is not set.
    func list(_ section: String, _ option: String) -> [String]? { last(section, option).map(Self.members) }

    /// The last value of an option in each section that sets it.
    func all(_ option: String) -> [String] {
        values.filter { $0.key.option == option }.compactMap { $0.value.last }.sorted()
    }

    /// The sections that set an option, in lower case, with all its values.
    func sections(with option: String) -> [(section: String, values: [String])] {
        values.filter { $0.key.option == option }.map { ($0.key.section, $0.value) }.sorted { $0.0 < $1.0 }
    }

    /// What stands between the commas.
    static func members(_ value: String) -> [String] {
        Remark.stripped(value).split(separator: ",").map { $0.trimming(\.isPythonSpace) }.filter { !$0.isEmpty }
    }

    /// Names of one section are one for oslo.config, whatever their case, except DEFAULT.
    private static func key(_ section: String, _ option: String) -> OptionName {
        OptionName(section: section == "DEFAULT" ? section : section.lowercased(), option: option)
    }
}
