import ArgumentParser
import Deployment
import Topology

struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring up the lab of a topology and prove that each hypervisor boots an instance.",
        discussion: """
            Safe to repeat: what is right is left alone, and a run that failed or was killed goes on where it \
            was. With `provider: sandbox`, the nodes and the vCenter are made on this machine (needs root).
            """)

    @OptionGroup var topology: TopologyArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var reports: ReportOptions

    @Flag(help: "Leave known defects of the release unfixed (or put them back), and report what will fail.")
    var noFixes = false

    @Flag(help: "Skip the checks of nodes and vCenters; problems then surface in the middle of the run.")
    var noPreflight = false

    @Flag(help: "Do not boot an instance on each hypervisor at the end.")
    var noVerify = false

    @Option(help: "How many nodes to work on at once.")
    var maxWorkers = 32

    func validate() throws {
        guard maxWorkers > 0 else { throw ValidationError("--max-workers \(maxWorkers): it has to be at least 1") }
    }

    func run() async throws {
        let console = output.console()
        let lab = try topology.lab(console)
        try await console.run { session in
            var options = Deployment.Options()
            options.leaveDefects = noFixes
            options.preflight = !noPreflight
            options.maxWorkers = maxWorkers
            let deployment = try session.deployment(of: lab, "up", options)
            let result = try await deployment.up()
            session.tell(result)
            if output.json, noVerify || !result.outcome.succeeded { try console.print(try result.outcome.json()) }
            guard result.outcome.succeeded else { throw Exit.failed }
            if !noVerify { try await session.verify(deployment, result, reports, output) }
        }
    }
}
