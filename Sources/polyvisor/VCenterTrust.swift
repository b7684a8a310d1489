import ArgumentParser
import Deployment
import Foundation
import Preflight
import Topology

struct VCenterTrust: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trust", abstract: "Show a vCenter's certificate, and pin it in the topology.",
        discussion: """
            Compare the SHA-256 with what vCenter itself shows before you answer. The pin is written as `thumbprint`; every
            other byte of the file stays as it is. Nova of these releases knows no thumbprints, so `up` needs a ca_file.
            """)

    @OptionGroup var topology: TopologyArgument

    @Argument(help: "The vCenter's name in the topology.")
    var vcenter: String

    @OptionGroup var output: OutputOptions

    @Flag(help: "Do not ask.")
    var yes = false

    func run() async throws {
        let console = output.console()
        let lab = try topology.lab(console)
        guard let server = lab.vcenter(vcenter) else {
            console.error(
                "there is no vCenter “\(vcenter)”; there are \(lab.vcenters.map(\.name).joined(separator: ", "))")
            throw Exit.wrongInput
        }
        try await console.run { _ in
            let shown = try await ShownCertificate.read(from: server)
            try console.print(output.json ? try json(shown) : shown.text)
            if shown.isPinned { return console.say("it is the pinned one already") }
            guard yes || console.confirm("Pin it as thumbprint of \(vcenter) in \(topology.path)?") else {
                console.error("not pinned; answer y, or give --yes")
                throw Exit.wrongInput
            }
            do {
                try shown.pin(in: topology.path)
            } catch let error as ThumbprintEditError {
                console.error("\(error)")
                throw Exit.wrongInput
            }
            console.say("\(topology.path): \(vcenter) has the thumbprint now")
        }
    }
}
