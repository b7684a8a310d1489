/// One option as a file sets it.
public struct OptionSetting: Sendable, Equatable {
    /// The file's name or path.
    public var file: String
    /// The section as it is written there.
    public var section: String
    /// The option as it is written there.
    public var option: String
    /// One value, or several where the option is repeated.
    public var values: [String]
    /// The section's own `auth_type`, which decides on further options; nil: those of any plugin pass.
    public var authType: String?
    /// What the same file says of sections with names of its own.
    public var names: SectionNames

    /// A setting; the file's other facts matter to few sections.
    public init(
        file: String, section: String, option: String, values: [String], authType: String? = nil,
        names: SectionNames = SectionNames()
    ) {
        self.file = file
        self.section = section
        self.option = option
        self.values = values
        self.authType = authType
        self.names = names
    }

    /// `[DEFAULT] enabled_backends` of the same file, which opens sections of free names.
    var enabledBackends: String? { names.last("DEFAULT", "enabled_backends") }

    var name: String { "[\(visible(section))] \(visible(option))" }
}
