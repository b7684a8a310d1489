import ArgumentParser
import DiskImage

struct ImageInspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Tell what an image is, what is on it, and whether it is whole.",
        discussion:
            "Exit code 0 when it is sound, 3 with remarks, 1 when it is damaged, 2 when it cannot be read at all.")

    @OptionGroup var image: ImageArgument
    @OptionGroup var output: OutputOptions

    func run() throws {
        let console = output.console()
        let inspection = ImageInspection.inspect(try image.open(console))
        try console.print(output.json ? json(inspection) : inspection.description)
        guard inspection.isSound else { throw Exit.failed }
        guard inspection.findings.isEmpty else { throw Exit.warnings }
    }
}
