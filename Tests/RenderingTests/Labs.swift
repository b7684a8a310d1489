import Foundation
import Release
import Topology

@testable import Rendering
@testable import Topology

/// The labs that the tests render, and the input that goes with them.
enum Labs {
    static let all = ["sandbox", "mixed-lab"]
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

    static func input(_ lab: Lab) throws -> RenderInput {
        var secrets: [SecretName: Secret] = [:]
        for name in Rendering.secretNames(for: lab) {
            secrets[name] = Secret("golden-\(name)".replacing("/", with: "-"))
        }
        for (name, _) in Rendering.vcenterSecretNames(for: lab) { secrets[name] = Secret("Golden$1 'pass\"word") }
        let pem = "-----BEGIN CERTIFICATE-----\nZ29sZGVu\n-----END CERTIFICATE-----\n"
        return RenderInput(
            lab: lab, release: try zed.get(), secrets: secrets,
            vcenterCAs: Dictionary(uniqueKeysWithValues: lab.vcenters.map { ($0.name, pem) }))
    }

    static func render(_ lab: Lab, change: (inout RenderInput) -> Void = { _ in }) throws -> Rendering {
        var input = try input(lab)
        change(&input)
        return try Rendering(input, templates: try TemplateLibrary.bundled())
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
