import ArgumentParser
import Deployment
import Rendering
import Topology

struct Render: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write every configuration file of every node into a folder, and touch nothing else.",
        discussion: """
            No node and no vCenter has to be in reach. The same topology gives the same bytes each time; the secrets
            that Polyvisor makes are kept in the lab's own store, readable by you alone, and used again.
            """)

    @OptionGroup var topology: TopologyArgument
    @OptionGroup var output: OutputOptions

    @Option(name: [.customShort("o"), .customLong("output")], help: "The folder to write; made by polyvisor, or new.")
    var folder = "rendered"

    func run() async throws {
        let console = output.console()
        let lab = try topology.lab(console)
        let nodes: [RenderedNode]
        do {
            let rendering = try OfflineRendering(of: lab).rendering()
            for warning in rendering.warnings { console.warn("\(warning)") }
            try RenderedTree(rendering, lab: lab.name).write(to: folder)
            nodes = rendering.nodes.map { RenderedNode(folder: "\(folder)/\($0.node)", files: $0.files.count) }
        } catch {
            console.error("\(error)")
            throw Exit.wrongInput
        }
        let text = nodes.map { "\($0.folder): \($0.files) files" }.joined(separator: "\n")
        try console.print(output.json ? try json(nodes) : text)
    }

    /// What was written for one node.
    private struct RenderedNode: Encodable {
        var folder: String
        var files: Int
    }
}
