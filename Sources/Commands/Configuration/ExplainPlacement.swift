import ArgumentParser
import Release
import Rendering

struct ExplainPlacement: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain-placement",
        abstract: "Say on which hypervisors an image may land, and why not on the others.",
        discussion: """
            Reads the topology and nothing else: what is free on a host is not known here. A flavor's size is compared
            with what the topology says of `capacity`, its extra specs with the aggregates' properties. Exit code 1 when
            the image lands nowhere.
            """)

    @OptionGroup var topology: TopologyArgument
    @OptionGroup var output: OutputOptions

    @Option(help: ArgumentHelp("An image of the topology.", valueName: "name"))
    var image: String

    @Option(help: ArgumentHelp("A flavor of the topology.", valueName: "name"))
    var flavor: String

    @Option(help: ArgumentHelp("The availability zone that is asked for.", valueName: "name"))
    var zone: String?

    @Option(help: ArgumentHelp("The network that the instance is to be on.", valueName: "name"))
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
