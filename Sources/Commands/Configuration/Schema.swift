import ArgumentParser
import Topology

struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the JSON Schema of topology files, for editors.",
        discussion: """
            In an editor with a YAML extension, this first line of a topology turns on completion and checks:

              # yaml-language-server: $schema=polyvisor.schema.json

            The schema describes the form of a file. `polyvisor validate` also checks what one part requires of \
            another.
            """)

    func run() throws { try Console(quiet: false).print(TopologySchema.text) }
}
