import ArgumentParser
import Preflight
import Release
import Rendering
import Topology
import Wording

struct Validate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a topology and report every problem in it, each with its place.",
        discussion: """
            Reads only the file: no node, no vCenter, no secret.
            """)

    @OptionGroup var topology: TopologyArgument
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let console = output.console()
        do {
            let (lab, found) = try Lab.read(contentsOf: topology.path, releases: .known)
            let warnings = found.adding(Self.warnings(of: lab))
            if output.json { try console.print(try json(warnings)) } else { try tell(lab, warnings, console) }
            if !warnings.problems.isEmpty { throw Exit.warnings }
        } catch let problems as TopologyProblems {
            if output.json { try console.print(try json(problems)) } else { console.complain("\(problems)") }
            throw Exit.wrongInput
        }
    }

    /// What the release makes of the lab; an unknown release is said elsewhere.
    private static func warnings(of lab: Lab) -> [Problem] {
        guard let release = try? Release(named: lab.release) else { return [] }
        return Rendering.warnings(of: lab, in: release).map { warning in
            var mark: Mark?
            if case .topology(_, let place) = warning.place { mark = place }
            return Problem(.warning, at: mark, warning.what, hint: warning.hint)
        }
    }

    private func tell(_ lab: Lab, _ warnings: TopologyProblems, _ console: Console) throws {
        if !warnings.problems.isEmpty { console.complain("\(warnings)") }
        let counts = [
            (lab.nodes.count, "node"), (lab.computeServices.count, "hypervisor"), (lab.networks.count, "network"),
            (lab.images.count, "image"),
        ].map { counted($0.0, $0.1) }
        try console.print(
            "\(topology.path): lab “\(lab.name)”, release \(lab.release): \(counts.joined(separator: ", "))")
    }
}
