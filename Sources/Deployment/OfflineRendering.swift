public import Foundation
import Release
public import Rendering
public import Topology

/// Renders a lab with no node in reach: facts are what the topology says, and the vCenters' authorities are files.
public struct OfflineRendering: Sendable {
    private let deployment: Deployment

    /// Opens the lab's store of secrets, or begins it.
    public init(of lab: Lab) throws {
        let state = try LabState(of: lab)
        deployment = try Deployment(lab, state: state, log: try RunLog(state, command: "render")) { _ in }
    }

    /// Every file of every node, checked against the release; the same each time.
    ///
    /// - Parameter templates: A folder of templates that take the place of Polyvisor's own, or are put behind them.
    public func rendering(templates: URL? = nil) throws -> Rendering {
        try deployment.offlineRendering(
            try deployment.secrets(for: .files), purpose: .files, templates: try .bundled(with: templates))
    }
}

extension Deployment {
    /// What the lab renders to as far as the topology alone tells.
    func offlineRendering(
        _ secrets: [SecretName: Secret], purpose: RenderInput.Purpose = .deployment, templates: TemplateLibrary? = nil
    ) throws -> Rendering {
        var input = RenderInput(
            lab: lab, release: release, secrets: secrets,
            vcenterCAs: lab.provider == .sandbox ? unmadeCAs() : try vcenterCAs())
        input.purpose = purpose
        input.replacements = try replacements()
        return try Rendering(input, templates: try templates ?? .bundled())
    }

    /// The files that overrides put in place of ours; their paths are relative to the topology's.
    func replacements() throws -> [String: String] {
        let home = FileManager.default.homeDirectoryForCurrentUser.path
        var texts: [String: String] = [:]
        for override in lab.overrides where override.effect == .file {
            guard let path = override.values.first else { continue }
            let full = lab.path(path, home: home)
            do {
                texts[path] = try String(contentsOfFile: full, encoding: .utf8)
            } catch {
                throw ReplacementProblem(
                    place: "\(lab.file):\(override.mark)", path: full, reason: error.localizedDescription)
            }
        }
        return texts
    }

    /// A sandbox makes its vCenters' certificates when it comes up; until then their place holds a word that says so.
    private func unmadeCAs() -> [String: String] {
        let made = (try? vcenterCAs()) ?? [:]
        let word = """
            -----BEGIN CERTIFICATE-----
            (the sandbox makes it when the lab comes up)
            -----END CERTIFICATE-----

            """
        return Dictionary(uniqueKeysWithValues: lab.vcenters.map { ($0.name, made[$0.name] ?? word) })
    }
}

/// A file that an override names and that cannot be read.
struct ReplacementProblem: Error, CustomStringConvertible {
    var place: String
    var path: String
    var reason: String
    var description: String {
        "\(place): cannot read \(path): \(reason)\n  hint: the path is relative to the topology's directory"
    }
}
