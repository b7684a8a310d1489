import HTTP
public import Topology
public import VSphere

extension VCenterEndpoint {
    /// How a vCenter of a lab is reached.
    public init(of vcenter: VCenter, with secrets: [SecretName: Secret], _ authorities: VCenterAuthorities) {
        let tls: TLSVerification =
            switch vcenter.trust {
            case .system: .system
            case .insecure: .insecure
            case .thumbprint(let text): .thumbprint(text)
            case .caFile, .sandbox: authorities.file(of: vcenter).map { .caFile($0) } ?? .system
            }
        self.init(
            address: vcenter.address, port: vcenter.port,
            credentials: VCenterCredentials(
                username: vcenter.username, password: secrets[.vcenter(vcenter.name)]?.reveal() ?? ""), tls: tls)
    }

    /// How the single ESXi host of a node is reached.
    public init(ofESXi server: VSphereServer, in lab: Lab, with secrets: [SecretName: Secret]) {
        let node = lab.nodes.first { VSphereServer(esxiOf: $0, in: lab) == server }
        self.init(
            address: server.address, port: server.port,
            credentials: VCenterCredentials(
                username: node?.esxiLogin.username ?? "",
                password: node.flatMap { secrets[.esxi($0.name)] }?.reveal() ?? ""))
    }
}
