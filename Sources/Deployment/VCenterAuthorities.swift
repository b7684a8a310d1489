import Foundation
import Sandbox
import Topology

/// The authorities that signed the certificates of a lab's vCenters.
struct VCenterAuthorities: Sendable {
    private let lab: Lab

    init(of lab: Lab) { self.lab = lab }

    /// The file of a vCenter's authority; nil: those of the system.
    func file(of vcenter: VCenter) -> String? {
        switch vcenter.trust {
        case .caFile(let path): lab.path(path, home: NSHomeDirectory())
        case .sandbox: Sandbox(lab: lab, root: Deployment.sandboxRoot) { _ in }.caCertificate(of: vcenter)
        default: nil
        }
    }

    /// In PEM, by the names of vCenters.
    func texts() throws -> [String: String] {
        var texts: [String: String] = [:]
        for vcenter in lab.vcenters {
            guard let path = file(of: vcenter) else { continue }
            do {
                texts[vcenter.name] = try String(contentsOfFile: path, encoding: .utf8)
            } catch {
                throw DeploymentProblem(
                    node: nil, what: "vCenter \(vcenter.name): \(path) cannot be read",
                    hint: "ca_file is the certificate of the authority that signed the vCenter's, in PEM")
            }
        }
        return texts
    }

    /// The same before the lab comes up: a sandbox makes its vCenters' certificates then, and until then their place
    /// holds a word that says so.
    func textsSoFar() throws -> [String: String] {
        guard lab.provider == .sandbox else { return try texts() }
        let made = (try? texts()) ?? [:]
        let word = """
            -----BEGIN CERTIFICATE-----
            (the sandbox makes it when the lab comes up)
            -----END CERTIFICATE-----

            """
        return Dictionary(uniqueKeysWithValues: lab.vcenters.map { ($0.name, made[$0.name] ?? word) })
    }
}
