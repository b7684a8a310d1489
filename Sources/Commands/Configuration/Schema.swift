import ArgumentParser
import Topology

struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the JSON Schema of topology files, for editors.",
        discussion: """
            With the YAML extension of an editor, a first line in the topology turns on completion and checks:

              # yaml-language-server: $schema=polyvisor.schema.json

            The schema knows the form of a file. What one part demands of another, `polyvisor validate` checks.
            """)

    func run() throws { try Console(quiet: false).print(TopologySchema.text) }
}
