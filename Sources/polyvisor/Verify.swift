import ArgumentParser
import Deployment
import Topology
import Verification

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Boot an instance on every hypervisor, look whether it is what it should be, and remove it.",
        discussion: """
            All hypervisors at once. The instances bear the run's mark; they are removed on success, on failure and on
            Ctrl-C, and what a killed run left is removed by the next one.
            """)

    @OptionGroup var topology: TopologyArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var reports: ReportOptions

    func run() async throws {
        let console = output.console()
        let lab = try topology.lab(console)
        try await console.run { session in
            let deployment = try session.existing(lab, "verify")
            try deployment.checkRunning()
            try await session.verify(deployment, digest: nil, reports, output)
        }
    }
}
