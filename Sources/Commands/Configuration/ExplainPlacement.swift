import ArgumentParser
import Release
import Rendering

struct ExplainPlacement: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain-placement",
        abstract: "Show on which hypervisors an image can land, and why it cannot land on the others.",
        discussion: """
            Reads only the topology, so it does not know what is free on a host. It compares the flavor's size \
            with `capacity` in the topology, and its extra specs with the properties of the aggregates. Exit \
            code 1: the image can land nowhere.
            """)

    @OptionGroup var topology: TopologyArgument
    @OptionGroup var output: OutputOptions

    @Option(help: ArgumentHelp("An image of the topology.", valueName: "name"))
    var image: String

    @Option(help: ArgumentHelp("A flavor of the topology.", valueName: "name"))
    var flavor: String

    @Option(help: ArgumentHelp("The availability zone that the user asks for.", valueName: "name"))
    var zone: String?

    @Option(help: ArgumentHelp("The network of the instance.", valueName: "name"))
    var network: String?

    func run() throws {
        let console = output.console()
        let lab = try topology.lab(console)
        let placement: Placement
        do {
            placement = try Placement(
                of: image, flavor: flavor, zone: zone, network: network, in: lab,
                release: try Release(named: lab.release))
        } catch {
            console.error("\(error)")
            throw Exit.wrongInput
        }
        try console.print(output.json ? try json(placement) : "\(placement)")
        if !placement.forms.contains(where: { $0.candidates.contains(where: \.fits) }) { throw Exit.failed }
    }
}
