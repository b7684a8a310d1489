import Foundation
public import Topology

/// The authorities that signed the certificates of a lab's vCenters.
public struct VCenterAuthorities: Sendable {
    private let lab: Lab
    private let made: @Sendable (VCenter) -> String?

    /// - Parameter made: the file of the authority that was made for a vCenter of a sandbox.
    public init(of lab: Lab, made: @escaping @Sendable (VCenter) -> String?) { (self.lab, self.made) = (lab, made) }

    /// The file of a vCenter's authority; nil: those of the system.
    public func file(of vcenter: VCenter) -> String? {
        switch vcenter.trust {
        case .caFile(let path): lab.path(path, home: NSHomeDirectory())
        case .sandbox: made(vcenter)
        default: nil
        }
    }

    /// In PEM, by the names of vCenters.
    public func texts() throws -> [String: String] {
        var texts: [String: String] = [:]
        for vcenter in lab.vcenters {
            guard let path = file(of: vcenter) else { continue }
            do {
                texts[vcenter.name] = try String(contentsOfFile: path, encoding: .utf8)
            } catch {
                throw UnreadableAuthority(vcenter: vcenter.name, path: path)
            }
        }
        return texts
    }

    /// The same before the lab comes up: a sandbox makes its vCenters' certificates then, and until then their place
    /// holds a word that says so.
    public func textsSoFar() throws -> [String: String] {
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

/// The file that `ca_file` names cannot be read.
public struct UnreadableAuthority: Error, Equatable, CustomStringConvertible {
    /// Its key in the topology.
    public var vcenter: String
    /// Of the file, as the topology has it.
    public var path: String

    public var description: String {
        "vCenter \(vcenter): \(path) cannot be read\n"
            + "  hint: ca_file is the certificate of the authority that signed the vCenter's, in PEM"
    }
}
