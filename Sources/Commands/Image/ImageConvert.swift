import ArgumentParser
import DiskImage
import Foundation

struct ImageConvert: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Convert an image's disk to another format, on all cores.",
        discussion: """
            The output appears under its name only when it is whole; an error, Ctrl-C or a kill leaves no \
            output. The same disk always gives the same bytes.

              polyvisor image convert disk.qcow2 disk.vmdk
              polyvisor image convert disk.qcow2 disk.vmdk --level fast --adapter paraVirtual
              polyvisor image convert disk.vmdk disk.qcow2
            """)

    @Argument(help: "The image to read: raw, qcow2, VMDK or OVA.", completion: .file())
    var input: String

    @Argument(help: "The file to write.", completion: .file())
    var target: String

    @OptionGroup var encoding: EncodingOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "Replace the output if it is there already.")
    var overwrite = false

    func validate() throws { _ = try encoding.encoding(for: target) }

    func run() async throws {
        let console = output.console()
        let image = try encoding.open(input, console)
        let encoding = try encoding.encoding(for: target, of: image.hardware)
        do throws(DiskImageError) {
            try image.checkTarget(target, replacing: overwrite)
        } catch {
            console.error("\(error)")
            throw Exit.wrongInput
        }
        var options = ImageFile.WriteOptions()
        options.replacing = overwrite
        options.threads = self.encoding.maxWorkers ?? options.threads
        let chosen = options
        try await console.run { session in
            let progress = TransferProgress(try await allocatedBytes(of: image), "converted", on: session.console)
            let size = try await image.write(to: target, as: encoding, options: chosen) { offset in
                progress.move(to: offset)
            }
            let result = ConversionResult(
                file: target, bytes: size, seconds: progress.seconds, readBytes: progress.total)
            try session.console.print(output.json ? try json(result) : result.text)
        }
    }
}

/// What a conversion did.
private struct ConversionResult: Encodable {
    var file: String
    var bytes: UInt64
    var seconds: Double
    var readBytes: UInt64

    var text: String {
        let rate = seconds > 0 ? Double(readBytes) / seconds : 0
        return "\(file): \(bytes.asSize), from \(readBytes.asSize) in \(String(format: "%.1f", seconds)) s "
            + "(\(UInt64(rate).asSize)/s)"
    }
}
