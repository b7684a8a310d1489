import ArgumentParser
import DiskImage
import ImageMeta

struct ImageLintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Show what would go wrong with an image on a kind of hypervisor, and how to fix it.",
        discussion: """
            Exit codes: 0 nothing would go wrong; 1 servers would fail; 3 there are only warnings.
            """)

    @OptionGroup var image: ImageArgument

    @Option(name: .customLong("for"), help: "The kind of hypervisor: vmware or kvm.")
    var target: ImageTarget

    @Option(help: ArgumentHelp("The flavor of its servers.", valueName: "vcpus,ram_mb,disk_gb"))
    var flavor: ImageFlavor?

    @Option(help: ArgumentHelp("[compute] vmdk_allowed_types of nova.conf, separated by commas.", valueName: "types"))
    var vmdkAllowedTypes: String?

    @Option(
        name: .customLong("property"), help: ArgumentHelp("A property of the image in Glance.", valueName: "name=value")
    )
    var properties: [String] = []

    @OptionGroup var output: OutputOptions

    func validate() throws {
        for property in properties where !property.contains("=") {
            throw ValidationError("--property \(property): write it as name=value")
        }
    }

    private var options: ImageLint.Options {
        var options = ImageLint.Options()
        options.flavor = flavor
        if let vmdkAllowedTypes { options.vmdkAllowedTypes = vmdkAllowedTypes.split(separator: ",").map(String.init) }
        for property in properties {
            let parts = property.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            options.properties[String(parts[0])] = String(parts[1])
        }
        return options
    }

    func run() throws {
        let console = output.console()
        let lint = ImageLint(.inspect(try image.open(console)), for: target, options: options)
        try console.print(output.json ? json(lint) : lint.text)
        guard lint.isUsable else { throw Exit.failed }
        guard lint.problems.isEmpty else { throw Exit.warnings }
    }
}
