import Foundation
import Release
import Topology

@testable import Rendering
@testable import Topology

/// The labs that the tests render, and the input that goes with them.
enum Labs {
    static let all = ["sandbox", "mixed-lab"]
    /// Those that `polyvisor render` serves and `up` does not, or not wholly.
    static let starts = [
        "single-node", "controller-and-computes", "separate-nodes", "two-vcenters", "three-controllers",
    ]
    /// Compiled once.
    static let templates = Result { try TemplateLibrary.bundled() }
    /// One for all tests: each release value reads its catalogue once.
    static let zed = Result { try Release(named: "zed") }

    /// The lab of topologies/NAME.yaml, as if read from the repository's root.
    static func named(_ name: String) throws -> Lab {
        let root = URL(fileURLWithPath: #filePath).appending(path: "../../..").standardizedFileURL
        let text = try Data(contentsOf: root.appending(path: "topologies/\(name).yaml"))
        return try Lab.read(text: text, file: "topologies/\(name).yaml").lab
    }

    static var sandbox: Lab { get throws { try named("sandbox") } }
    static var mixed: Lab { get throws { try named("mixed-lab") } }

    static func input(_ lab: Lab, purpose: RenderInput.Purpose = .deployment) throws -> RenderInput {
        var secrets: [SecretName: Secret] = [:]
        for name in Rendering.secretNames(for: lab, purpose: purpose) {
            secrets[name] = Secret("golden-\(name)".replacing("/", with: "-"))
        }
        for (name, _) in Rendering.vcenterSecretNames(for: lab) { secrets[name] = Secret("Golden$1 'pass\"word") }
        let pem = "-----BEGIN CERTIFICATE-----\nZ29sZGVu\n-----END CERTIFICATE-----\n"
        var input = RenderInput(
            lab: lab, release: lab.release == "zed" ? try zed.get() : try Release(named: lab.release), secrets: secrets,
            vcenterCAs: Dictionary(uniqueKeysWithValues: lab.vcenters.map { ($0.name, pem) }))
        input.purpose = purpose
        return input
    }

    /// What `polyvisor render` writes.
    static func files(_ lab: Lab, change: (inout RenderInput) -> Void = { _ in }) throws -> Rendering {
        var input = try input(lab, purpose: .files)
        change(&input)
        return try Rendering(input, templates: try templates.get())
    }

    /// The problems of what `polyvisor render` would write.
    static func fileProblems(_ lab: Lab) throws -> [RenderProblem] {
        let input = try input(lab, purpose: .files)
        let library = try templates.get()
        do throws(RenderFailure) {
            _ = try Rendering(input, templates: library)
            return []
        } catch {
            return error.problems.filter { !$0.isWarning }
        }
    }

    static func render(_ lab: Lab, change: (inout RenderInput) -> Void = { _ in }) throws -> Rendering {
        var input = try input(lab)
        change(&input)
        return try Rendering(input, templates: try templates.get())
    }

    /// The problems that keep a lab from being rendered; empty when it renders.
    static func problems(
        _ lab: Lab, templates: TemplateLibrary? = nil, change: (inout RenderInput) -> Void = { _ in }
    ) throws -> [RenderProblem] {
        var input = try input(lab)
        change(&input)
        let library = try templates ?? TemplateLibrary.bundled()
        do throws(RenderFailure) {
            _ = try Rendering(input, templates: library)
            return []
        } catch {
            return error.problems.filter { !$0.isWarning }
        }
    }
}
