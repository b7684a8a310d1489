import ArgumentParser
import DiskImage
import ImageMeta
import Foundation

/// What is written, and how an image is read for it.
struct EncodingOptions: ParsableArguments {
    /// The names that people use.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case streamOptimized, monolithicSparse, qcow2, raw
    }

    @Option(
        name: .customLong("format"),
        help: "The format to write. The default follows the file name: .vmdk is streamOptimized; .qcow2, .raw, .img.")
    var format: Format?

    @Option(help: "How hard to compress streamOptimized: fast, standard, or a libdeflate level from 1 to 12.")
    var level = CompressionLevel.standard.name

    @Option(
        help: ArgumentHelp(
            "The adapter of a VMDK, in Nova's spelling: \(VMwareAdapter.allCases.map(\.rawValue).joined(separator: ", ")). "
                + "The default is that of an OVA's machine, or lsiLogic."))
    var adapter: String?

    @Option(help: "Read the input as this format, whatever its content: raw, qcow2 or vmdk.")
    var inputFormat: String?

    @Flag(help: "Also read files outside the image's folder that the image refers to.")
    var followReferences = false

    @Option(
        help: ArgumentHelp("The disk to read, for an OVA with several. The default is the first.", valueName: "name"))
    var disk: String?

    @Option(help: "How many threads read and compress. The default is one per core.")
    var maxWorkers: Int?

    func validate() throws {
        if let maxWorkers, maxWorkers < 1 {
            throw ValidationError("--max-workers \(maxWorkers): it has to be at least 1")
        }
        if let inputFormat, ImageFormat(rawValue: inputFormat) == nil {
            throw ValidationError("--input-format \(inputFormat): it has to be raw, qcow2 or vmdk")
        }
    }

    /// - Parameters:
    ///   - name: the output's, whose end says what it is where no option does.
    ///   - hardware: the machine of an OVA, whose adapter is taken where no option says one.
    func encoding(for name: String?, of hardware: VirtualMachineHardware? = nil) throws -> ImageEncoding {
        guard let level = CompressionLevel(level) else {
            throw ValidationError(
                "--level \(level): it has to be fast, standard, or a number from 1 to 12, the smallest")
        }
        switch try format ?? Self.format(of: name) {
        case .raw: return .raw
        case .qcow2: return .qcow2
        case .streamOptimized: return .streamOptimized(level: level, adapter: try knownAdapter(hardware))
        case .monolithicSparse: return .monolithicSparse(adapter: try knownAdapter(hardware))
        }
    }

    private static func format(of name: String?) throws -> Format {
        switch name.map({ URL(fileURLWithPath: $0).pathExtension.lowercased() }) {
        case "vmdk": return .streamOptimized
        case "qcow2", "qcow": return .qcow2
        case "raw", "img": return .raw
        default:
            throw ValidationError(
                "\(name.map { "the name \($0)" } ?? "a target without a file's name") does not say what to write: give --format "
                    + Format.allCases.map(\.rawValue).joined(separator: ", --format "))
        }
    }

    /// Case matters to Nova, so a name that is right but for that is not simply taken.
    private func knownAdapter(_ hardware: VirtualMachineHardware?) throws -> VMwareAdapter {
        guard let adapter else { return hardware?.adapter ?? .lsiLogic }
        if let known = VMwareAdapter(rawValue: adapter) { return known }
        let near = VMwareAdapter.allCases.first { $0.rawValue.lowercased() == adapter.lowercased() }
        let names = VMwareAdapter.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError(
            "--adapter \(adapter): "
                + (near.map { "Nova spells it \($0.rawValue), and case matters" } ?? "it has to be one of \(names)"))
    }

    /// The image, or the reason why it cannot be read on standard error and exit code 2.
    func open(_ path: String, _ console: Console) throws -> ImageFile {
        do {
            return try ImageFile.open(
                path, as: inputFormat.flatMap(ImageFormat.init),
                references: followReferences ? .anywhere : .besideImage, disk: disk)
        } catch {
            console.error("\(error)")
            throw Exit.wrongInput
        }
    }
}
