public import ArgumentParser
public import DiskImage
import Uploads
public import ImageMeta

struct ImageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image",
        abstract: "Inspect, convert and upload disk images: raw, qcow2, VMDK, and the disks of OVAs.",
        discussion: """
            The content decides the format, not the name. Other files that an image refers to (backing files, \
            extents) must be in the same folder, unless --follow-references is given: an image from elsewhere \
            could name any file on this machine.
            """,
        subcommands: [
            ImageInspect.self, ImageLintCommand.self, ImagePropertiesCommand.self, ImageConvert.self,
            ImageUploadCommand.self,
        ])
}

/// The image that these commands take, and how it is opened.
struct ImageArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("The disk image.", valueName: "file"), completion: .file())
    var path: String

    @Option(help: "Read it as this format, whatever its content: raw, qcow2 or vmdk.")
    var format: ImageFormat?

    @Flag(help: "Also read files outside the image's folder that the image refers to.")
    var followReferences = false

    @Option(
        help: ArgumentHelp("The disk to read, for an OVA with several. The default is the first.", valueName: "name"))
    var disk: String?

    /// The image, or the reason why it cannot be read on standard error and exit code 2.
    func open(_ console: Console) throws -> ImageFile {
        do {
            return try ImageFile.open(
                path, as: format, references: followReferences ? .anywhere : .besideImage, disk: disk)
        } catch {
            console.error("\(error)")
            throw Exit.wrongInput
        }
    }
}

extension ImageFormat: ExpressibleByArgument {}
extension ImageTarget: ExpressibleByArgument {}

extension ImageFlavor: ExpressibleByArgument {
    /// `VCPUS,MB,GB`, e.g. `1,512,1`.
    public init?(argument: String) { self.init(argument) }
}
