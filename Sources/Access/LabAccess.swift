public import OpenStack
import Release
public import SSH
public import Topology
public import VSphere

/// The ways to a lab: its nodes, its cloud and its vCenters.
public struct LabAccess: Sendable {
    /// What the ways lead to.
    public let lab: Lab
    /// The lab's own, and the passwords of its vCenters.
    public let secrets: [SecretName: Secret]
    /// With admin rights.
    public let cloud: Cloud
    /// SSH to the nodes; opened when they are first used.
    public let links: NodeLinks
    /// Sessions with the vCenters; opened when they are first used, and ended by `close`.
    public let vcenters: VCenterSessions
    private let authorities: VCenterAuthorities

    /// - Parameters:
    ///   - secrets: the lab's own, and the passwords of its vCenters.
    ///   - targets: where the nodes are.
    public init(
        to lab: Lab, secrets: [SecretName: Secret], targets: [String: SSHTarget], authorities: VCenterAuthorities
    ) {
        (self.lab, self.secrets, self.authorities) = (lab, secrets, authorities)
        cloud = Cloud(administering: lab, with: secrets)
        links = NodeLinks(targets: targets)
        vcenters = VCenterSessions { VCenterEndpoint(of: $0, with: secrets, authorities) }
    }

    /// How a vCenter of the lab is reached.
    public func endpoint(of vcenter: VCenter) -> VCenterEndpoint {
        VCenterEndpoint(of: vcenter, with: secrets, authorities)
    }

    /// Runs a command on a node and gives its status and standard output.
    public func run(_ command: String, on node: String) async throws -> (status: Int32, output: String) {
        let result = try await links.with(node) { try await $0.run(command, timeout: .seconds(60)) }
        return (result.status, result.stdoutText)
    }

    /// Ends the connections to nodes and the sessions with vCenters.
    public func close() async {
        await links.close()
        await vcenters.close()
    }
}

/// Inside of `Cloud`, `Service` is a service as its API's client has it.
private let keystone = Service.keystone

extension Cloud {
    /// The cloud of a lab, as its administrator sees it.
    public init(administering lab: Lab, with secrets: [SecretName: Secret]) {
        self.init(
            Credentials(
                authURL: keystone.root(at: lab.controller?.address.description ?? "") + "/v3",
                username: "admin",
                password: secrets[.admin]?.reveal() ?? "", project: "admin"))
    }
}
