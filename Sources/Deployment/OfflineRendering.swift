import Foundation
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
    public func rendering() throws -> Rendering {
        let lab = deployment.lab
        let input = RenderInput(
            lab: lab, release: deployment.release, secrets: try deployment.secrets(),
            vcenterCAs: lab.provider == .sandbox ? unmadeCAs(of: lab) : try deployment.vcenterCAs())
        return try Rendering(input, templates: try .bundled())
    }

    /// A sandbox makes its vCenters' certificates when it comes up; until then their place holds a word that says so.
    private func unmadeCAs(of lab: Lab) -> [String: String] {
        let made = (try? deployment.vcenterCAs()) ?? [:]
        let word = """
            -----BEGIN CERTIFICATE-----
            (the sandbox makes it when the lab comes up)
            -----END CERTIFICATE-----

            """
        return Dictionary(uniqueKeysWithValues: lab.vcenters.map { ($0.name, made[$0.name] ?? word) })
    }
}
