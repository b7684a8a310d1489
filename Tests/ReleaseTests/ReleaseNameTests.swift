import Foundation
import Testing
import Topology

@testable import Release

@Suite("the names of releases")
struct ReleaseNameTests {
    @Test(
        "are taken as people write them",
        arguments: [
            ("zed", "zed"), ("Zed", "zed"), ("ZED ", "zed"), ("2025.1 ", "2025.1"), (" 2025.1", "2025.1"),
            ("antelope", "2023.1"), ("Bobcat", "2023.2"), ("caracal", "2024.1"), ("Dalmatian", "2024.2"),
            ("epoxy", "2025.1"), ("flamingo", "2025.2"), ("Gazpacho", "2026.1"), ("hibiscus", "2026.2"),
            ("2013.2", "havana"), ("2015.1", "kilo"), ("2023.1 Antelope", "2023.1"), ("2024.1 (Caracal)", "2024.1"),
            ("stable/2024.2", "2024.2"), ("unmaintained/zed", "zed"), ("OpenStack Yoga", "yoga"),
        ])
    func known(_ text: String, _ name: String) throws {
        #expect(Release.name(for: text) == name)
        #expect(try Release(named: text).name == name)
    }

    @Test(
        "are none for a text that names no release, or two",
        arguments: [
            ("2023.10", "2023.1"), ("2024.10", "2024.1"), ("caracl", "caracal"), ("zedd", "zed"),
            ("2023.1 Caracal", nil), ("stable", nil), ("", nil), ("2019.2", nil),
        ])
    func unknown(_ text: String, _ meant: String?) {
        #expect(Release.name(for: text) == nil)
        let error = #expect(throws: ReleaseError.self) { try Release(named: text) }
        if let meant { #expect(error?.what == "there is no release \"\(text)\"; did you mean \(meant)?") }
    }

    private func problems(_ text: String) -> [Problem] {
        do throws(TopologyProblems) {
            return try Lab.read(text: text.utf8, file: "lab.yaml", releases: .known).warnings.problems
        } catch {
            return error.problems
        }
    }

    private func fieldCase() throws -> String {
        let tests = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: tests.appending(path: "TopologyTests/Cases/r20.yaml"), encoding: .utf8)
    }

    @Test("are looked up while a topology is read, and one that is not there is reported at its place")
    func place() throws {
        let found = try problems(fieldCase())
        #expect(found.map(\.what) == ["there is no release \"2023.10\"; did you mean 2023.1?"])
        #expect(found.first?.mark == Mark(line: 2, column: 10))
        #expect(found.first?.hint?.hasPrefix("Polyvisor has havana") == true)
    }

    @Test("stand for the release in the lab", arguments: ["Zed", "zed", "'zed '", "OpenStack Zed"])
    func lab(_ written: String) throws {
        let text = try fieldCase().replacing("2023.10", with: written)
        #expect(try Lab.read(text: text.utf8, file: "lab.yaml", releases: .known).lab.release == "zed")
    }

    @Test("are reported beside the other mistakes of a file")
    func together() throws {
        let text = try fieldCase().replacing("hypervisor: kvm", with: "hypervisor: kvn")
        #expect(problems(text).count == 2)
    }
}
