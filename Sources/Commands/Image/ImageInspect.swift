import ArgumentParser
import DiskImage

struct ImageInspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what an image is, what is on it, and whether it is whole.",
        discussion: """
            Exit codes: 0 the image is sound; 1 it is damaged; 2 it cannot be read at all; 3 there are remarks.
            """)

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
