import ArgumentParser
import Deployment
import Foundation
import Topology
import Verification

struct Capacity: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show how many instances of each flavor fit on vSphere, by Nova's sum and by real hosts.",
        discussion: """
            Nova sees a cluster as one host that has the memory of all its hosts. The count by hosts takes only \
            what is free on each host that is connected and not in maintenance mode, less what HA's admission \
            control reserves.
            """)

    @OptionGroup var topology: TopologyArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var limits: LimitOptions

    @Option(help: ArgumentHelp("Write a chart to a file, as one self-contained HTML page.", valueName: "file"))
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
