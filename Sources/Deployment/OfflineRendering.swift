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
        try deployment.offlineRendering(try deployment.secrets())
    }
}

extension Deployment {
    /// What the lab renders to as far as the topology alone tells.
    func offlineRendering(_ secrets: [SecretName: Secret]) throws -> Rendering {
        let input = RenderInput(
            lab: lab, release: release, secrets: secrets,
            vcenterCAs: lab.provider == .sandbox ? unmadeCAs() : try vcenterCAs())
        return try Rendering(input, templates: try .bundled())
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
