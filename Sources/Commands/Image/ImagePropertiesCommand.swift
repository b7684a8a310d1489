import ArgumentParser
import DiskImage

struct ImagePropertiesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "properties",
        abstract: "Print the Glance properties that follow from an image, to be pasted.",
        discussion: "As options of `openstack image create`; what has to be chosen by hand follows as comments.")

    @OptionGroup var image: ImageArgument

    @Option(
        name: .customLong("for"),
        help: "The kind of hypervisor, vmware or kvm; without it, vmware for a VMDK that its driver takes.")
    var target: ImageTarget?

    @OptionGroup var output: OutputOptions

    func run() throws {
        let console = output.console()
        let properties = ImageProperties(of: .inspect(try image.open(console)), for: target)
        try console.print(output.json ? json(properties) : properties.text)
    }
}
