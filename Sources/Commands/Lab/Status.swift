import ArgumentParser
import Deployment
import Topology

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show nodes, services and hypervisors, and what is missing.",
        discussion: """
            Changes nothing. Exit codes: 0 the lab is complete; 1 something is missing or down.
            """)

    @OptionGroup var topology: TopologyArgument
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let console = output.console()
        let lab = try topology.lab(console)
        try await console.run { session in
            let status = try await session.existing(lab, "status").status()
            try console.print(output.json ? try status.json() : status.text)
            guard status.isComplete else { throw Exit.failed }
        }
    }
}
