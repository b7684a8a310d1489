import ArgumentParser
import Deployment
import Facts
import Foundation
import Preflight
import Topology

struct PreflightCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preflight",
        abstract: "Check every vCenter, cluster, ESXi host and node before anything is changed.",
        discussion: """
            Reports for each fault what was expected, what was found, why Nova cares, and what to do. Changes \
            nothing. Nodes are read over SSH; nodes that drive vSphere check it from where they stand. Exit \
            codes: 0 all is well; 1 an error; 2 wrong input; 3 warnings.
            """)

    @OptionGroup var topology: TopologyArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var limits: LimitOptions

    @Option(help: ArgumentHelp("Write the result as JUnit XML to a file.", valueName: "file"))
    var junit: String?

    @Option(help: "How many nodes and vCenters to check at once.")
    var maxWorkers = 32

    func validate() throws {
        guard maxWorkers > 0 else { throw ValidationError("--max-workers \(maxWorkers): it has to be at least 1") }
        try junit.map { try checkWritable($0, option: "--junit") }
    }

    func run() async throws {
        let console = output.console()
        let lab = try topology.lab(console)
        try await console.run { session in
            var options = Survey.Options()
            options.limit = limits.names
            options.maxWorkers = maxWorkers
            let deployment = try session.deployment(of: lab, "preflight")
            let report = try await deployment.preflight(options) { console.say($0) }
            if let junit { try Data(report.junit().utf8).write(to: URL(fileURLWithPath: junit), options: .atomic) }
            let json = String(decoding: try report.json(), as: UTF8.self)
            try console.print(output.json ? json : report.text(colours: console.coloursOnOutput))
            if report.exitCode != 0 { throw ExitCode(report.exitCode) }
        }
    }
}

/// Which parts of a lab a command is about.
struct LimitOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only these nodes, vCenters and clusters (VCENTER/CLUSTER), with commas between.", valueName: "names"))
    var limit: String?

    /// Empty: all.
    var names: [String] { (limit ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } }
}
