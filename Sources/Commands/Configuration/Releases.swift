import ArgumentParser
import Release

struct Releases: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the OpenStack releases that Polyvisor knows: drivers, versions, and what is not known of each.",
        discussion: """
            Every release listed can be rendered and checked; those with packages can be brought up as well. A gap is a
            part of a release whose options are in no catalogue: they are reported as unknown though they may be right.
            """)

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let console = output.console()
        let list = ReleaseList.all
        try console.print(output.json ? try json(list) : list.table)
    }
}
