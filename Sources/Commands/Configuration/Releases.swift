import ArgumentParser
import Release

struct Releases: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the OpenStack releases that Polyvisor knows: drivers, versions, and gaps.",
        discussion: """
            Every release listed can be rendered and checked. Those with packages can be brought up as well. A \
            gap is a part of a release whose options are in no catalogue: lint reports them as unknown although \
            they may be right.
            """)

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let console = output.console()
        let list = ReleaseList.all
        try console.print(output.json ? try json(list) : list.table)
    }
}
