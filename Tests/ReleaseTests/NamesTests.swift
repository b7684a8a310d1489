import Foundation
import Testing

@testable import Release

/// A name that a distribution has for something, and a port, stand under Sources/Release and nowhere else, so that the
/// next distribution is one file. Templates are texts for a distribution's own files, and no Swift.
@Suite("names of units and packages, and ports")
struct NamesTests {
    /// The lines of code outside of Release, without comments.
    private static let code: [(place: String, text: String)] = {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        let paths = (FileManager.default.enumerator(atPath: sources.path)?.allObjects ?? []).compactMap {
            $0 as? String
        }
        return paths.filter { $0.hasSuffix(".swift") && !$0.hasPrefix("Release/") }.sorted().flatMap { path in
            let text = (try? String(contentsOf: sources.appending(path: path), encoding: .utf8)) ?? ""
            return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
                .map { ("\(path):\($0 + 1)", String($1)) }
                .filter { !$0.1.trimmingCharacters(in: .whitespaces).hasPrefix("//") }
        }
    }()

    private func lines(with pattern: String) throws -> [String] {
        let regex = try Regex(pattern)
        return Self.code.filter { $0.text.firstMatch(of: regex) != nil }.map { "\($0.place): \($0.text)" }
    }

    @Test("are looked for in all rooms")
    func reach() throws {
        #expect(Self.code.count > 30_000)
        #expect(try !lines(with: #"import Release"#).isEmpty)
    }

    @Test("of OpenStack's programs are in no string of another room")
    func programs() throws {
        let found = try lines(with: #""(neutron|nova|glance|placement|keystone|cinder)-[a-z-]+""#)
        #expect(found == [])
    }

    @Test(
        "of a distribution are in no string of another room",
        arguments: Distribution.all + [.usual, .unpackaged(.legacy)])
    func distribution(_ distribution: Distribution) throws {
        // What a service is called it is called everywhere; the sandbox's host has its own iptables and QEMU, and SecretName is
        // ours.
        let own = ["iptables", "keepalived", "mysql", "ntp", "qemu-system-x86", "qemu-utils"]
        let common = Set(Service.Name.allCases.map(\.rawValue) + own)
        let names = Set(distribution.units.values).union(distribution.packages.values.flatMap(\.self))
            .union(distribution.computePackages.values.flatMap(\.self))
            .union(distribution.rolePackages.values.flatMap(\.self)).union(distribution.unwanted.values.flatMap(\.self))
            .subtracting(common)
        let quoted = Set(names.map { "\"\($0)\"" })
        let found = Self.code.filter { line in
            line.text.matches(of: #/"[^"]*"/#).contains { quoted.contains(String($0.output)) }
        }
        #expect(found.map { "\($0.place): \($0.text)" } == [])
    }

    @Test("on which services listen are in no other room")
    func ports() throws {
        let ports = Service.all.flatMap(\.processes).compactMap { $0.port?.number }
        #expect(ports.count > 10)
        let pattern = #"\b(\#(ports.map(String.init).joined(separator: "|")))\b"#
        let found = try lines(with: pattern).filter { line in
            // An example of a URL that a user may write.
            !line.contains("https://cloud.example.org:5000/v3")
        }
        #expect(found == [])
    }
}
