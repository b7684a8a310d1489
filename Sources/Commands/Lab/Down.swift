import ArgumentParser
import Deployment
import Topology

struct Down: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Remove a lab: a sandbox completely; on existing machines, the files that Polyvisor wrote.",
        discussion: """
            A sandbox loses its nodes, vCenters, networks and folders. What labs share (the Debian base, the \
            layers of packages) stays for the next one. On existing machines, each file that Polyvisor wrote \
            gets its earlier content back, repairs of known defects included; packages, databases and the \
            cloud's own resources stay.
            """)

    @OptionGroup var topology: TopologyArgument
    @OptionGroup var output: OutputOptions

    @Flag(help: "Do not ask.")
    var yes = false

    @Flag(help: "Kill a sandbox's nodes instead of shutting them down.")
    var force = false

    func run() async throws {
        let console = output.console()
        let lab = try topology.lab(console)
        guard yes || console.confirm("Remove lab “\(lab.name)”?") else {
            console.error("not removed; answer y, or give --yes")
            throw Exit.wrongInput
        }
        try await console.run { session in
            let removed = try await session.deployment(of: lab, "down").down(force: force)
            if output.json { return try console.print(try Commands.json(["lab": lab.name, "removed": "\(removed)"])) }
            try console.print(removed ? "lab “\(lab.name)” is removed" : "there is no lab “\(lab.name)” here")
        }
    }
}
