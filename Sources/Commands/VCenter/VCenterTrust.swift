import Access
import ArgumentParser
import Deployment
import Foundation
import Topology

struct VCenterTrust: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trust", abstract: "Show a vCenter's certificate, and pin it in the topology.",
        discussion: """
            Compare the SHA-256 with the one that vCenter itself shows before you answer. The pin is written as \
            `thumbprint`; every other byte of the file stays as it is. Nova knows no thumbprints, so `up` needs \
            a ca_file: --save writes a self-signed certificate to a file that ca_file can name.
            """)

    @OptionGroup var topology: TopologyArgument

    @Argument(help: "The vCenter's name in the topology.")
    var vcenter: String

    @OptionGroup var output: OutputOptions

    @Flag(help: "Do not ask.")
    var yes = false

    @Option(
        help: ArgumentHelp("Write the certificate to a file for ca_file instead of pinning it.", valueName: "file"))
    var save: String?

    func validate() throws { try save.map { try checkWritable($0, option: "--save") } }

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
            if let save { return try self.save(shown, as: save, console) }
            if shown.isPinned { return console.say("it is the pinned one already") }
            try ask("Pin it as thumbprint of \(vcenter) in \(topology.path)?", console)
            do {
                try shown.pin(in: topology.path)
            } catch let error as ThumbprintEditError {
                console.error("\(error)")
                throw Exit.wrongInput
            }
            console.say("\(topology.path): \(vcenter) has the thumbprint now")
        }
    }

    private func save(_ shown: ShownCertificate, as file: String, _ console: Console) throws {
        try ask("Write it to \(file)?", console)
        do {
            try shown.save(as: file)
        } catch let error as ShownCertificateProblem {
            console.error("\(error)")
            throw Exit.wrongInput
        }
        console.say("\(file) has it; write `ca_file: \(file)` into \(vcenter) of \(topology.path)")
    }

    private func ask(_ question: String, _ console: Console) throws {
        guard yes || console.confirm(question) else {
            console.error("not \(save == nil ? "pinned" : "written"); answer y, or give --yes")
            throw Exit.wrongInput
        }
    }
}
