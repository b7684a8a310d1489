import Foundation
import Testing

@testable import Topology

/// Topologies to change a little.
enum Sample {
    static let sandbox = """
        lab: sample
        release: zed
        provider: sandbox
        defaults:
          physical_interfaces: { physnet1: eth1 }
        groups:
          fast: { availability_zone: fast }
        nodes:
          controller: { address: 10.77.0.10, roles: [controller, network] }
          kvm1: { address: 10.77.0.21, roles: [compute], hypervisor: kvm, group: fast }
          vmware1: { address: 10.77.0.31, roles: [compute], hypervisor: vmware, clusters: [vc1/a, vc1/b] }
        vcenters:
          vc1:
            address: 10.77.0.50
            username: nova
            datacenter: dc1
            clusters:
              a: { hosts: [10.77.0.51], datastore_regex: '^shared-' }
              b: { hosts: [10.77.0.61] }
        networks:
          management: { cidr: 10.77.0.0/24 }
          provider: { type: flat, physical_network: physnet1, cidr: 10.78.0.0/24, port_group: VM Network }
        flavors:
          tiny: { vcpus: 1, ram_mb: 128, disk_gb: 1 }
        images:
          tiny: { builtin: tiny-guest, hypervisors: [kvm, vmware] }
        verify: { image: tiny, flavor: tiny, network: provider }
        overrides:
          nova.conf: { compute: { DEFAULT: { debug: true } } }

        """

    static let ssh =
        sandbox
        .replacing("provider: sandbox", with: "provider: ssh")
        .replacing("defaults:\n", with: "defaults:\n  ssh: { identity_file: ~/.ssh/id_ed25519 }\n")
        .replacing("username: nova", with: "username: nova\n    password: { env: VC1 }")
        .replacing("a: { hosts: [10.77.0.51], ", with: "a: { ")
        .replacing("b: { hosts: [10.77.0.61] }", with: "b:")
}

/// A text in which `§` stands before each place where a problem is expected.
struct MarkedText {
    let text: String
    let marks: [Mark]

    init(_ marked: String) {
        var marks: [Mark] = []
        for (number, line) in marked.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            for (before, index) in line.unicodeScalars.indices.filter({ line.unicodeScalars[$0] == "§" }).enumerated() {
                let column = line.unicodeScalars.distance(from: line.startIndex, to: index) + 1 - before
                marks.append(Mark(line: number + 1, column: column))
            }
        }
        text = marked.replacing("§", with: "")
        self.marks = marks
    }
}

/// The problems of a text: those of a failure, or the warnings of a success.
func problems(of text: String) -> TopologyProblems { problems(of: Array(text.utf8)) }

func problems(of bytes: [UInt8]) -> TopologyProblems {
    do throws(TopologyProblems) {
        return try Lab.read(text: bytes, file: "lab.yaml").warnings
    } catch {
        return error
    }
}

func lab(_ text: String) throws -> Lab { try Lab.read(text: text.utf8, file: "lab.yaml").lab }

/// A fault planted in a sample, and all that the reader should say about it.
struct Fault: Sendable, CustomTestStringConvertible {
    var name: String
    var sample = Sample.sandbox
    var old: String
    /// With `§` before each place that should be reported.
    var new: String
    var what: [String]
    /// The places, where they are far from what was changed.
    var places: [String]?
    var severity = Problem.Severity.error

    var testDescription: String { name }

    /// Reads the faulty text; expects these problems at these places and no others.
    func expect(sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(
            sample.ranges(of: old).count == 1, "\(old) should stand in the sample once", sourceLocation: sourceLocation)
        let marked = MarkedText(sample.replacing(old, with: new))
        let found = problems(of: marked.text).problems
        #expect(found.map(\.what) == what, sourceLocation: sourceLocation)
        #expect(
            found.compactMap(\.mark).map(\.description) == places ?? marked.marks.map(\.description),
            sourceLocation: sourceLocation)
        #expect(found.allSatisfy { $0.severity == severity }, sourceLocation: sourceLocation)
    }
}

/// The repository, two folders above this one.
let repository = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// Compares a text with a file in Golden; `RECORD=1 swift test` writes it instead.
func expectGolden(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let file = repository.appending(path: "Tests/TopologyTests/Golden/\(name)")
    if ProcessInfo.processInfo.environment["RECORD"] == "1" {
        try Data(text.utf8).write(to: file)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == text, sourceLocation: sourceLocation)
}
