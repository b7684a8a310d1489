import Access
public import Foundation
public import Records
import Release
public import Rendering
public import Topology
package import Uploads

/// Renders a lab with no node in reach: facts are what the topology says, and the vCenters' authorities are files.
public struct OfflineRendering: Sendable {
    private let lab: Lab
    private let release: Release
    private let authorities: VCenterAuthorities

    /// - Throws: `ReleaseError` for a release that is in no catalogue.
    public init(of lab: Lab) throws {
        self.init(of: lab, try Release(named: lab.release), Deployment.authorities(of: lab))
    }

    init(of lab: Lab, _ release: Release, _ authorities: VCenterAuthorities) {
        (self.lab, self.release, self.authorities) = (lab, release, authorities)
    }

    /// Every file of every node, checked against the release; the same each time. Of what is remembered of the lab, only
    /// the secrets are touched.
    ///
    /// - Parameter templates: A folder of templates that take the place of Polyvisor's own, or are put behind them.
    public func rendering(secretsOf store: any Store, templates: URL? = nil) async throws -> Rendering {
        let secrets = try await store.secrets(of: lab, for: .files)
        return try rendering(secrets, purpose: .files, templates: try .bundled(with: templates))
    }

    /// What the lab renders to as far as the topology alone tells.
    func rendering(
        _ secrets: [SecretName: Secret], purpose: RenderInput.Purpose = .deployment, templates: TemplateLibrary? = nil
    ) throws -> Rendering {
        var input = RenderInput(
            lab: lab, release: release, secrets: secrets, vcenterCAs: try authorities.textsSoFar())
        input.purpose = purpose
        input.replacements = try replacements()
        return try Rendering(input, templates: try templates ?? .bundled())
    }

    /// The image cache of each cluster, as its service's configuration has it.
    package func imageCaches(
        _ secrets: [SecretName: Secret]
    ) throws -> [(cluster: ClusterReference, cache: NovaImageCache)] {
        let rendering = try rendering(secrets)
        return lab.computeServices.compactMap { service in
            guard case .cluster(let cluster) = service.driver else { return nil }
            let files = rendering.nodes.first { $0.node == service.node }?.files ?? []
            return (cluster, NovaImageCache(cluster: cluster.cluster, among: files))
        }
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
}

extension Store {
    /// Every secret of the lab: those that Polyvisor makes, and those that the topology refers to.
    func secrets(of lab: Lab, for purpose: RenderInput.Purpose) async throws -> [SecretName: Secret] {
        let vcenters = lab.vcenters.map { vcenter in
            (SecretName.vcenter(vcenter.name), vcenter.password, "password of vCenter \(vcenter.name)")
        }
        let hosts = Rendering.esxiSecretNames(for: lab).map { name, source in
            (name, source, "password of the ESXi host, \(name)")
        }
        return try await secrets(
            made: Rendering.secretNames(for: lab, purpose: purpose), given: vcenters + hosts,
            folder: URL(fileURLWithPath: lab.file).deletingLastPathComponent().path)
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
