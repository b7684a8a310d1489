import Foundation
import Testing

/// `polyvisor image upload` to the Glance of a lab, with what may happen to it on the way.
struct GlanceUploads {
    let lab: IntegrationLab
    private static let name = "itest-upload"
    /// Whole sectors, as every disk has.
    private static let size = 24_000 * 512

    /// A killed upload, then one whose Glance is restarted under it, then one too many.
    func run() async throws {
        let disk = lab.folder.appending(path: "upload.raw")
        var generator = SystemRandomNumberGenerator()
        let noise = (0..<Self.size / 8).flatMap { _ in withUnsafeBytes(of: generator.next()) { Array($0) } }
        try Data(noise).write(to: disk)

        let words = lab.folder.appending(path: "upload.log")
        let killed = try started(disk, saying: words)
        let half = try await unfinished(besides: "")
        #expect(kill(killed.processIdentifier, SIGKILL) == 0)
        killed.waitUntilExit()
        #expect(killed.terminationReason == .uncaughtSignal, "it was over before it could be killed")

        let broken = try started(disk, saying: words)
        // The killed run's half image has to go before the new one comes.
        _ = try await unfinished(besides: half)
        #expect(try await lab.on("controller", "systemctl restart glance-api").status == 0)
        broken.waitUntilExit()
        #expect(broken.terminationStatus == 0)
        #expect(try String(contentsOf: words, encoding: .utf8).contains("starting again"))
        #expect(
            try await rows("status, size") == ["active\t\(Self.size)"], "one whole image, and nothing else of that name"
        )

        let again = try await lab.polyvisor(Self.arguments(disk, lab))
        #expect(again.status == 0 && again.output.contains("there already, nothing sent"), "\(again)")
        #expect(try await rows("status, size") == ["active\t\(Self.size)"])
    }

    /// At a rate that gives it six seconds.
    private static func arguments(_ disk: URL, _ lab: IntegrationLab) -> [String] {
        [
            "image", "upload", disk.path, "--format", "raw", "--to", "glance:\(name)", "--topology", lab.topology,
            "--limit-rate", "2M", "--retries", "4",
        ]
    }

    private func started(_ disk: URL, saying words: URL) throws -> Process {
        try Data().write(to: words)
        let process = Process()
        process.executableURL = URL(filePath: IntegrationLab.polyvisor)
        process.arguments = Self.arguments(disk, lab)
        process.environment = ProcessInfo.processInfo.environment.merging(["POLYVISOR_STATE": lab.state]) { $1 }
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, try FileHandle(forWritingTo: words))
        try process.run()
        return process
    }

    /// The image that is being uploaded, once there is one and no other.
    private func unfinished(besides known: String) async throws -> String {
        for _ in 0..<60 {
            let found = try await rows("id, status").filter { $0.hasSuffix("saving") }
            if found.count == 1, !found[0].hasPrefix(known) || known.isEmpty { return String(found[0].prefix(36)) }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw CocoaError(.featureUnsupported, userInfo: [NSLocalizedDescriptionKey: "no upload was seen in Glance"])
    }

    /// What Glance's database says of the images of that name that are not deleted.
    private func rows(_ columns: String) async throws -> [String] {
        let query = "select \(columns) from images where name = '\(Self.name)' and deleted = 0"
        let answer = try await lab.on("controller", "mysql -N -B glance -e \"\(query)\"")
        try #require(answer.status == 0, "\(answer)")
        return answer.output.split(separator: "\n").map(String.init)
    }
}
