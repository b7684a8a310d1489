import ArgumentParser
import Deployment
import Records
import Topology

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what `up` would do, and why, without doing it.",
        discussion: """
            Reads the nodes, the vCenters and the cloud, and changes nothing there. Where packages are missing, \
            only their installation is planned, because the rest depends on what they bring. A sandbox must be \
            up.

            Exit codes: 0 the plan is shown (with --exit-code: nothing to do); 1 something could not be read \
            (with --exit-code also: something to do); 2 the topology is wrong, or there is no lab.
            """)

    @OptionGroup var topology: TopologyArgument
    @OptionGroup var output: OutputOptions

    @Flag(help: "Show how the files would change. Secrets are not shown.")
    var diff = false

    @Flag(help: "End with 1 when there is something to do, for scripts that watch for drift.")
    var exitCode = false

    @Flag(help: "Plan as `up --no-fixes` would act: known defects of the release stay, or come back.")
    var noFixes = false

    func run() async throws {
        let console = output.console()
        let lab = try topology.lab(console)
        try await console.run { session in
            var options = Deployment.Options()
            options.leaveDefects = noFixes
            if lab.provider == .sandbox { try await Deployment.checkExists(lab, in: lab.store) }
            let deployment = try session.deployment(of: lab, "plan", options)
            try deployment.checkRunning()
            let changes = try await deployment.plan(showingFiles: diff)
            try console.print(output.json ? try json(changes) : "\(changes)")
            if exitCode, !changes.plan.isEmpty { throw Exit.failed }
        }
    }
}
