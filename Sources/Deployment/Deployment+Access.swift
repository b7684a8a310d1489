public import OpenStack
public import Records
import Rendering
import SSH
public import Topology
public import VSphere

/// The ways to a lab that has been brought up, for verifying it.
public struct LabAccess: Sendable {
    /// With admin rights.
    public let cloud: Cloud
    private let deployment: Deployment
    private let secrets: [SecretName: Secret]
    private let links: NodeLinks

    init(_ deployment: Deployment) async throws {
        self.deployment = deployment
        secrets = try await deployment.secrets()
        cloud = deployment.cloud(secrets)
        links = NodeLinks(targets: try deployment.targets())
    }

    var lab: Lab { deployment.lab }
    var vcenters: [VCenter] { lab.vcenters }

    /// What the lab renders to as far as the topology alone tells.
    func offlineRendering() throws -> Rendering { try deployment.offline.rendering(secrets) }

    /// How a vCenter of the lab is reached.
    public func endpoint(of vcenter: VCenter) -> VCenterEndpoint { deployment.endpoint(of: vcenter, secrets) }

    /// Runs a command on a node and gives its status and standard output.
    public func run(_ command: String, on node: String) async throws -> (status: Int32, output: String) {
        let result = try await links.with(node) { try await $0.run(command, timeout: .seconds(60)) }
        return (result.status, result.stdoutText)
    }

    /// Ends the connections to nodes.
    public func close() async { await links.close() }
}

extension Deployment {
    /// The ways to the lab.
    public func access() async throws -> LabAccess { try await LabAccess(self) }

    /// Keeps what a verification found, for a later `up` that changes nothing.
    public func record(verificationOf digest: String, passed: Bool, report: String) async throws {
        try await store.record(PastVerification(of: digest, passed: passed, report: report))
    }

    /// When the lab in this very shape last passed a verification, if that was its newest one, and its report in JSON.
    public func lastPassed(_ digest: String) async throws -> PastVerification? {
        try await store.lastVerification(of: digest).flatMap { $0.passed ? $0 : nil }
    }
}
