import ArgumentParser
import Deployment
import DiskImage
import Foundation
import Uploads

struct ImageUploadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upload",
        abstract: "Convert an image and upload it at the same time, with no file in between.",
        discussion: """
            It goes to Glance as an image with the properties that its format needs, to a vCenter's datastore as \
            a file, or to several targets from one conversion. An upload that is there already, by its checksum, \
            is left alone. Size and checksum are compared afterwards. A transfer that breaks is started again, \
            and no half-written image or file remains.

              polyvisor image upload disk.qcow2 --format streamOptimized --to glance --topology lab.yaml
              polyvisor image upload disk.qcow2 --format qcow2 --to glance:debian-12 --cloud production
              polyvisor image upload disk.vmdk --format streamOptimized --topology lab.yaml \\
                  --to glance --to vc1:shared-1/images/disk.vmdk --limit-rate 50M
              polyvisor image upload disk.qcow2 --format monolithicSparse --topology lab.yaml \\
                  --to glance:debian-vmdk --glance-location vc1:shared-1

            With --glance-location the disk goes straight to a datastore of Glance's vSphere store, and Glance \
            learns its location. Nova's VMware driver then copies it from datastore to datastore.
            """)

    @Argument(help: "The image to read: raw, qcow2, VMDK or OVA.", completion: .file())
    var input: String

    @Option(
        name: .customLong("to"),
        help: ArgumentHelp(
            "glance, glance:NAME, or VCENTER:DATASTORE/PATH with a vCenter of the topology; repeatable.",
            valueName: "target"))
    var targets: [UploadTarget]

    @Option(
        help: ArgumentHelp(
            "The datastore, as VCENTER:DATASTORE[/DIRECTORY], on which images for Glance are kept: it has to be one of the "
                + "vCenter's image_datastores.",
            valueName: "place"))
    var glanceLocation: StoreDirectory?

    @OptionGroup var encoding: EncodingOptions
    @OptionGroup var place: UploadPlaceOptions
    @OptionGroup var output: OutputOptions

    @Option(
        name: .customLong("property"),
        help: ArgumentHelp("A property of the image in Glance; repeatable.", valueName: "name=value"))
    var properties: [String] = []

    @Option(help: "Who can see the image in Glance: public, private, shared or community.")
    var visibility = "private"

    @Option(help: ArgumentHelp("Bytes per second for each target, with k, M or G.", valueName: "rate"))
    var limitRate: String?

    @Option(help: "How often to restart a transfer that breaks.")
    var retries = 2

    @Flag(
        help: "Send the length first, at the price of a second conversion: for servers that accept no chunked uploads.")
    var knownLength = false

    @Flag(help: "On a datastore, compare only the size instead of reading the file back.")
    var noReadBack = false

    func validate() throws {
        guard !targets.isEmpty else { throw ValidationError("give at least one --to") }
        guard Set(targets).count == targets.count else { throw ValidationError("two --to name the same place") }
        guard retries >= 0 else { throw ValidationError("--retries \(retries): it has to be 0 or more") }
        let written = try encoding.encoding(for: fileName)
        if glanceLocation != nil, written.diskFormat != "vmdk" {
            throw ValidationError(
                "--glance-location is for disks of vSphere: give --format monolithicSparse, which Nova copies there, or "
                    + "streamOptimized, which it fetches from Glance")
        }
        _ = try options()
        _ = try givenProperties()
        try place.check(targets, glanceLocation)
    }

    func run() async throws {
        let console = output.console()
        let image = try encoding.open(input, console)
        let encoding = try encoding.encoding(for: fileName, of: image.hardware)
        let isISO = image.isISO
        if isISO, encoding != .raw {
            console.error("\(input): an ISO image is uploaded as it is\n  hint: give --format raw")
            throw Exit.wrongInput
        }
        // Any hypervisor starts from a CD.
        let tags = isISO ? [:] : GlanceImage.properties(for: encoding, of: image.hardware)
        let properties = tags.merging(try givenProperties()) { $1 }
        try check(properties, for: encoding, console)
        let request = UploadRequest(
            name: URL(fileURLWithPath: input).deletingPathExtension().lastPathComponent, visibility: visibility,
            properties: properties,
            diskFormat: isISO ? "iso" : encoding.diskFormat, readsBack: !noReadBack, location: glanceLocation)
        if glanceLocation != nil, case .streamOptimized = encoding {
            console.warn(
                "Nova imports streamOptimized images, for which it reads them through Glance all the same; it copies "
                    + "monolithicSparse ones from datastore to datastore")
        }
        let options = try options()
        try await console.run { session in
            try await place.withDestinations(targets, request, session) { destinations in
                let progress = TransferProgress(try await allocatedBytes(of: image), "sent", on: console)
                let upload = ImageUpload(image, as: encoding, options: options)
                let outcome = try await upload.run(to: destinations) { event in
                    console.show(event, progress)
                }
                try finish(outcome, session)
            }
        }
    }

    /// Refuses what Nova would refuse, before anything is sent.
    private func check(_ properties: [String: String], for encoding: ImageEncoding, _ console: Console) throws {
        let problems = ImageLint.problems(of: properties, for: encoding)
        for problem in problems where problem.severity == .warning { console.warn("\(problem.what); \(problem.mend)") }
        let errors = problems.filter { $0.severity == .error }
        guard !errors.isEmpty else { return }
        for problem in errors { console.error("\(problem.what)\n  hint: \(problem.mend)") }
        throw Exit.wrongInput
    }

    private func finish(_ outcome: ImageUpload.Outcome, _ session: Session) throws {
        try session.console.print(output.json ? try json(UploadResult(outcome)) : UploadResult(outcome).text)
        if !outcome.failed.isEmpty { throw Exit.failed }
    }

    /// The first target that names a file says the format where no option does.
    private var fileName: String? { targets.compactMap(\.fileName).first }

    private func options() throws -> ImageUpload.Options {
        var options = ImageUpload.Options()
        options.retries = retries
        options.findsLength = knownLength
        if let limitRate {
            guard let rate = Self.bytes(limitRate) else {
                throw ValidationError("--limit-rate \(limitRate): write it as 500k, 20M or 1G")
            }
            options.bytesPerSecond = rate
        }
        return options
    }

    /// As curl has it: powers of 1024.
    private static func bytes(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["k": 1 << 10, "m": 1 << 20, "g": 1 << 30]
        let unit = text.lowercased().last.flatMap { units[$0] }
        guard let number = Int64(unit == nil ? text[...] : text.dropLast()), number > 0 else { return nil }
        let (bytes, overflows) = number.multipliedReportingOverflow(by: unit ?? 1)
        return overflows ? nil : bytes
    }

    private func givenProperties() throws -> [String: String] {
        try Dictionary(
            properties.map { property in
                let parts = property.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, !parts[0].isEmpty else {
                    throw ValidationError("--property \(property): write it as name=value")
                }
                return (String(parts[0]), String(parts[1]))
            }, uniquingKeysWith: { $1 })
    }
}

/// What an upload did, for people and for programs.
private struct UploadResult: Encodable {
    struct Failure: Encodable {
        var target: String
        var reason: String
    }

    var present: [String]
    var uploaded: [String]
    var failed: [Failure]
    var bytes: Int64?
    var sha256: String?
    var sha512: String?

    init(_ outcome: ImageUpload.Outcome) {
        present = outcome.present
        uploaded = outcome.uploaded
        failed = outcome.failed.map { Failure(target: $0.name, reason: $0.reason) }
        bytes = outcome.receipt?.size
        sha256 = outcome.receipt?.checksums["sha256"]
        sha512 = outcome.receipt?.checksums["sha512"]
    }

    var text: String {
        let sent = bytes.map { UInt64($0).asSize } ?? ""
        let lines =
            uploaded.map { "\($0): uploaded, \(sent), checksum verified" }
            + present.map { "\($0): there already, nothing sent" } + failed.map { "\($0.target): \($0.reason)" }
        return lines.joined(separator: "\n")
    }
}

extension Console {
    func show(_ event: ImageUpload.Event, _ progress: TransferProgress) {
        switch event {
        case .reading: say("reading the disk")
        case .present(let name): say("\(name): there already")
        case .sent(_, let offset): progress.move(to: offset)
        case .verified(let name, let receipt): say("\(name): \(UInt64(receipt.size).asSize) arrived and compared")
        case .retrying(let name, let reason): warn("\(name): \(reason); starting again")
        }
    }
}
