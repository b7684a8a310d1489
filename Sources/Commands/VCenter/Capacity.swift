import ArgumentParser
import Deployment
import Foundation
import Topology
import Verification

struct Capacity: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say how many instances of each flavor fit on vSphere, by Nova's sum and by real hosts.",
        discussion: """
            Nova sees a cluster as one host with the sum of its memory. Counted by hosts, only what each one that is
            connected and not in maintenance has free counts, less what HA's admission control holds back.
            """)

    @OptionGroup var topology: TopologyArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var limits: LimitOptions

    @Option(help: ArgumentHelp("Write a chart of it, as one self-contained HTML page, to a file.", valueName: "file"))
    var html: String?

    func validate() throws { try html.map { try checkWritable($0, option: "--html") } }

    func run() async throws {
        let console = output.console()
        let lab = try topology.lab(console)
        try await console.run { session in
            console.warnOfInsecure(lab)
            let deployment = try session.deployment(of: lab, "capacity")
            let report = try await deployment.capacity(limit: limits.names) { console.say($0) }
            if let html {
                let page = Data(try report.html(made: Date()).utf8)
                try page.write(to: URL(fileURLWithPath: html), options: .atomic)
            }
            try console.print(output.json ? try json(report) : report.text)
            if !report.unknown.isEmpty { throw Exit.failed }
        }
    }
}
