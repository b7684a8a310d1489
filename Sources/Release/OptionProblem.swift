/// Why a release does not take an option as it is set.
public struct OptionProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, for code.
    public enum Kind: Sendable, Equatable {
        case unknownFile, unknownSection, unknownOption
        /// The option exists in these other sections.
        case misplaced([String])
        /// The option has a new name.
        case renamed(section: String, option: String)
        /// The option is gone; the last release that had it.
        case removed(last: String)
        /// The option comes with a later release, the first that has it.
        case notYet(first: String)
        /// The release still reads the option, and says that a later one will not.
        case deprecatedForRemoval
        case wrongType, outOfRange, notAChoice, notRepeatable
        /// The service cannot work with these options together; found by a rule over several of them.
        case contradiction
        /// The service runs, and does something else than most would mean.
        case doubtful
        /// A remark behind a value, which oslo.config takes for a part of it.
        case remark
        /// A known defect of the release, which this setting brings out; its name in the register.
        case defect(String)
    }

    /// What is wrong, for code; `what` says it for people.
    public var kind: Kind
    /// The sentence.
    public var what: String
    /// What to do.
    public var hint: String?
    /// The option to write instead, where it is known: a new name, the right section, the nearest spelling.
    public var replacement: OptionName?

    /// Whether the release still does what the option says.
    public var isWarning: Bool {
        switch kind {
        case .deprecatedForRemoval, .doubtful, .remark, .defect: true
        default: false
        }
    }

    public var description: String { what + (hint.map { "; \($0)" } ?? "") }
}
