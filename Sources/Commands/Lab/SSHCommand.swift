import ArgumentParser
import Deployment
import Foundation
import Records
import Topology

struct SSHCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ssh", abstract: "Log in to a node, or run a command there.",
        discussion: "polyvisor ssh topologies/sandbox.yaml controller -- openstack hypervisor list")

    @OptionGroup var topology: TopologyArgument

    @Argument(help: "The node's name.")
    var node: String

    @Argument(parsing: .captureForPassthrough, help: "The command to run. The default is a login shell.")
    var command: [String] = []

    func run() async throws {
        let console = Console(quiet: true)
        let lab = try topology.lab(console)
        do {
            try Deployment.checkRights(to: lab)
            try await Deployment.checkExists(lab, in: lab.store)
        } catch {
            console.error("\(error)")
            throw Exit.wrongInput
        }
        guard let arguments = try Deployment.sshArguments(of: lab, node: node) else {
            console.error("there is no node “\(node)”; there are \(lab.nodes.map(\.name).joined(separator: ", "))")
            throw Exit.wrongInput
        }
        let words = command.first == "--" ? Array(command.dropFirst()) : command
        // The terminal has to be ssh's own, so this process becomes it.
        let failure = become("ssh", arguments + words)
        console.error("ssh cannot be run: \(failure)")
        throw Exit.failed
    }

    private func become(_ program: String, _ arguments: [String]) -> String {
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        execvp(program, &words)
        return String(cString: strerror(errno))
    }
}
