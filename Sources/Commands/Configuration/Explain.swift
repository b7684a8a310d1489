import ArgumentParser
import Release

struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Explain one option: type, default, choices, range, and its history over the releases.",
        discussion: """
              polyvisor explain nova.conf vmware datastore_regex --release zed

            Exit codes: 0 the release has the option; 2 it has no such file or option (the nearest names are \
            shown); 3 it accepts the name as an old one, or will remove the option.
            """)

    @Argument(help: ArgumentHelp("The file, e.g. nova.conf.", valueName: "file"))
    var file: String

    @Argument(help: ArgumentHelp("The section, without brackets.", valueName: "section"))
    var section: String

    @Argument(help: ArgumentHelp("The option.", valueName: "option"))
    var option: String

    @OptionGroup var release: ReleaseOption
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let console = output.console()
        let explanation: Explanation
        do {
            explanation = try release.named(console).catalog.explain(file: file, section: section, option: option)
        } catch let error as OptionProblem {
            console.error("\(error)")
            throw Exit.wrongInput
        }
        try console.print(output.json ? try json(explanation) : explanation.description)
        switch explanation.status {
        case .known where explanation.facts?.isDeprecatedForRemoval != true: break
        case .known, .renamed: throw Exit.warnings
        default: throw Exit.wrongInput
        }
    }
}
