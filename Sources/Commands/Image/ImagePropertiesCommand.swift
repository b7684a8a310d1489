import ArgumentParser
import DiskImage
import ImageMeta

struct ImagePropertiesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "properties",
        abstract: "Print the Glance properties that follow from an image, ready to paste.",
        discussion: """
            They are printed as options of `openstack image create`. What you have to choose yourself follows as \
            comments.
            """)

    @OptionGroup var image: ImageArgument

    @Option(
        name: .customLong("for"),
        help: "The kind of hypervisor, vmware or kvm. The default is vmware for a VMDK that its driver accepts.")
    var target: ImageTarget?

    @OptionGroup var output: OutputOptions

    func run() throws {
        let console = output.console()
        let properties = ImageProperties(of: .inspect(try image.open(console)), for: target)
        try console.print(output.json ? json(properties) : properties.text)
    }
}
