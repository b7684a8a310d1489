import Foundation
import Subprocess
import SystemPackage
import Testing

/// The lab that the whole line is tried on: made, used and removed by the polyvisor that was just built.
struct IntegrationLab: Sendable {
    /// The topology of `topologies/sandbox.yaml` under another name and in other networks, so that a lab of the
    /// user's own can stand beside it.
    let topology: String
    /// For files of the test.
    let folder: URL
    let state: String
    /// Of this process, as two runs may have a lab at the same time.
    static let name = "it" + String(getpid(), radix: 36)

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("polyvisor-itest-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        topology = folder.appendingPathComponent("itest.yaml").path
        state = folder.appendingPathComponent("state").path
        let networks = try Self.freeNetworks()
        let text = try String(contentsOfFile: Self.repository + "/topologies/sandbox.yaml", encoding: .utf8)
            .replacing("lab: sandbox", with: "lab: \(Self.name)").replacing("10.77.0.", with: networks.management)
            .replacing("10.78.0.", with: networks.provider)
            .replacing("images:\n", with: "images:\n  own: { file: own.qcow2, hypervisors: [kvm, vmware] }\n")
            .replacing("cluster_a: {", with: "cluster_a: { prime_image_cache: true,")
        try text.write(toFile: topology, atomically: true, encoding: .utf8)
    }

    /// Two networks of 256 addresses, as their first three numbers, of which nothing is in a route of this machine: neither
    /// another lab's nor anybody's.
    private static func freeNetworks() throws -> (management: String, provider: String) {
        // In hexadecimal and turned around; the file's second column is the network, its eighth the mask.
        let table = try String(contentsOfFile: "/proc/net/route", encoding: .utf8)
        let routes = table.split(separator: "\n").dropFirst().compactMap { line -> (base: UInt32, mask: UInt32)? in
            let words = line.split(separator: "\t").map { $0.trimmingCharacters(in: .whitespaces) }
            guard words.count > 7, let base = UInt32(words[1], radix: 16), let mask = UInt32(words[7], radix: 16) else {
                return nil
            }
            return (base.byteSwapped, mask.byteSwapped)
        }.filter { $0.mask > 1 << 31 }
        for _ in 0..<1000 {
            let second = Int.random(in: 128..<255)
            let third = Int.random(in: 0..<255)
            let bases = [third, third + 1].map { UInt32(10 << 24 | second << 16 | $0 << 8) }
            let isTaken = bases.contains { base in
                routes.contains { $0.base & 0xffff_ff00 == base || base & $0.mask == $0.base }
            }
            if !isTaken { return ("10.\(second).\(third).", "10.\(second).\(third + 1).") }
        }
        throw NoFreeNetwork()
    }

    private struct NoFreeNetwork: Error {}

    /// Writes the image of its own that the topology names: 4 MB that do not compress, on a disk of 64 MB.
    func writeDisk() async throws {
        let raw = folder.appendingPathComponent("own.raw")
        var generator = SystemRandomNumberGenerator()
        let noise = (0..<500_000).flatMap { _ in withUnsafeBytes(of: generator.next()) { Array($0) } }
        try Data(noise).write(to: raw)
        #expect(truncate(raw.path, 64 << 20) == 0)
        let convert = try await polyvisor("image", "convert", raw.path, folder.appendingPathComponent("own.qcow2").path)
        try #require(convert.status == 0, "\(convert.errors)")
    }

    static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// The polyvisor beside this test's own program.
    static let polyvisor = Bundle.main.bundleURL.appendingPathComponent("polyvisor").path

    /// What a program printed and how it ended.
    struct Answer: Sendable {
        var status: Int32
        var output: String
        var errors: String
    }

    /// Runs polyvisor with the state folder of this lab.
    func polyvisor(_ arguments: String...) async throws -> Answer { try await polyvisor(arguments) }

    func polyvisor(_ arguments: [String]) async throws -> Answer {
        let result = try await Subprocess.run(
            .path(FilePath(Self.polyvisor)), arguments: Arguments(arguments),
            environment: .inherit.updating(["POLYVISOR_STATE": state]), output: .string(limit: 4 << 20),
            error: .string(limit: 4 << 20))
        let status: Int32 = if case .exited(let code) = result.terminationStatus { code } else { -1 }
        return Answer(status: status, output: result.standardOutput ?? "", errors: result.standardError ?? "")
    }

    /// Runs a command on a node.
    func on(_ node: String, _ command: String) async throws -> Answer {
        try await polyvisor("ssh", topology, node, "--", command)
    }

    /// The secrets that the run made.
    func secrets() throws -> [String] {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(state)/\(Self.name)/secrets.json"))
        return try JSONDecoder().decode([String: String].self, from: data).values.sorted()
    }
}
