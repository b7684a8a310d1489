import Foundation
public import Providers
public import SSH
public import Topology

extension Sandbox: NodeProvider {
    public var makesNodes: Bool { true }

    public var missingRight: (what: String, hint: String)? {
        guard geteuid() != 0 else { return nil }
        return (
            "is a sandbox, whose nodes are containers on this machine: that needs root",
            "run polyvisor as root, e.g. by sudo"
        )
    }

    public func check(installingMissing: Bool) async throws {
        try await checkHost(installingMissing: installingMissing)
    }

    public func raise(packages: [String: [String]], passwords: [String: Secret]) async throws {
        try await raise(layers: packages.mapValues { layerKey(packages: $0) }, passwords: passwords)
    }

    public func target(of node: Node) -> SSHTarget {
        SSHTarget(
            host: "\(node.address)", port: node.ssh.port, user: node.ssh.user, identityFile: identityFile,
            knownHostsFiles: [knownHostsFile], label: node.name)
    }

    public func authority(of vcenter: VCenter) -> String? { caCertificate(of: vcenter) }

    public func keep(_ node: Node, holding packages: [String]) async throws {
        try await keepLayer(from: node, as: layerKey(packages: packages))
    }

    public func remove(force: Bool) async throws -> Bool? { try await tearDown(force: force) }

    public func presence() async throws -> Presence? {
        let status = try await status()
        let memory = status.nodes.compactMap { node in node.memory.map { (node.name, $0) } }
        return Presence(
            memory: Dictionary(memory) { first, _ in first }, parts: status.parts.description)
    }
}

extension SandboxError: ProviderError {
    /// Whether it touched nothing, because of what the topology asks for.
    public var isRefusal: Bool { [.inUse, .changed, .topology].contains(kind) }
}
