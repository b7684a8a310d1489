import ArgumentParser
import Deployment
import Topology

struct History: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the runs that changed a lab, the newest first.",
        discussion: """
            With --run it shows what one run did, step by step, and why a step failed. No node is contacted.
            """)

    @OptionGroup var topology: TopologyArgument
    @OptionGroup var output: OutputOptions

    @Option(name: .customLong("run"), help: ArgumentHelp("Only this run, with its steps.", valueName: "number"))
    var number: Int64?

    func run() async throws {
        let console = output.console()
        let lab = try topology.lab(console)
        try await console.run { session in
            let runs = try await session.existing(lab, "history").history(run: number)
            try console.print(output.json ? try json(runs) : runs.map(\.text).joined())
        }
    }
}
