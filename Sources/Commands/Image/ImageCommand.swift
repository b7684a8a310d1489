public import ArgumentParser
public import DiskImage

struct ImageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image",
        abstract: "Look into disk images, convert and upload them: raw, qcow2 and VMDK.",
        discussion: """
            The format is found by what is in the file. What an image draws in besides itself (backing files, extents)
            has to be in its folder, unless --follow-references says otherwise: an image from elsewhere could name any
            file of this machine.
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

    @Option(help: "Take it for this format, whatever is in it: raw, qcow2 or vmdk.")
    var format: ImageFormat?

    @Flag(help: "Also read files outside of the image's folder that the image refers to.")
    var followReferences = false

    /// The image, or the reason why it cannot be read on standard error and exit code 2.
    func open(_ console: Console) throws -> ImageFile {
        do {
            return try ImageFile.open(path, as: format, references: followReferences ? .anywhere : .besideImage)
        } catch {
            console.error("\(error)")
            throw Exit.wrongInput
        }
    }
}

extension ImageFormat: ExpressibleByArgument {}
extension ImageTarget: ExpressibleByArgument {}

extension ImageFlavor: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
