import ArgumentParser
import Diagram
import Foundation

struct Graph: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draw the lab: its nodes, vCenters, clusters and networks.",
        discussion: """
            Reads only the topology. Nodes or clusters that are alike are drawn as one when there are many.

              polyvisor graph lab.yaml > lab.svg
              polyvisor graph lab.yaml -o lab.html
              polyvisor graph lab.yaml --format mermaid
            """)

    @OptionGroup var topology: TopologyArgument

    @Option(help: "The picture's format. The default follows the file name, or is svg.")
    var format: Format?

    @Option(name: [.customShort("o"), .customLong("output")], help: "The file to write, instead of standard output.")
    var file: String?

    /// What a picture can be written in.
    enum Format: String, ExpressibleByArgument, CaseIterable { case svg, html, mermaid, dot }

    func run() async throws {
        let console = Console(quiet: false)
        let diagram = Diagram(try topology.lab(console))
        let text =
            switch try format ?? chosen() {
            case .svg: diagram.svg()
            case .html: diagram.html()
            case .mermaid: diagram.mermaid()
            case .dot: diagram.dot()
            }
        guard let file else { return try console.print(text) }
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
        } catch {
            console.error("\(file): \(error.localizedDescription)")
            throw Exit.wrongInput
        }
    }

    private func chosen() throws -> Format {
        guard let file else { return .svg }
        switch URL(fileURLWithPath: file).pathExtension.lowercased() {
        case "svg": return .svg
        case "html", "htm": return .html
        case "mmd", "mermaid": return .mermaid
        case "dot", "gv": return .dot
        default: throw ValidationError("--output \(file): say the format with --format svg, html, mermaid or dot")
        }
    }
}
