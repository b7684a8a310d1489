import Planning
import Release
import Rendering
import Topology

/// How a node is told to do what a step says: in the words of its distribution, and with the lab's secrets.
struct NodeSystem: Sendable {
    var view: LabView
    var secrets: [SecretName: Secret]

    /// The shell of a step; nil for a step that is no script.
    func script(for step: Step) -> Script? {
        guard let node = step.node.flatMap(view.node) else { return nil }
        var script: Script? =
            switch step.action {
            case .install(let installation): install(installation, on: node)
            case .units(let change): change.script
            case .makeDatabases: databaseAccounts
            case .makeQueueAccount: queueAccount
            case .migrate(let service, _): migration(of: service, on: node)
            case .awaitNeutron: neutronListens(on: node)
            case .discoverHosts: discoverHosts
            case .keepLayer, .write, .cloud, .primeCache: nil
            }
        script?.stamp = view.seal.stamp(of: step.action)
        return script
    }

    private func install(_ installation: PackageInstallation, on node: NodeView) -> Script {
        let system = node.setup.distribution.packageSystem
        return Script(
            text: system.install(installation.packages, disabling: installation.disable), timeoutSeconds: 1800)
    }

    func secret(_ name: SecretName) -> String {
        guard let secret = secrets[name] else { preconditionFailure("no secret \(name)") }
        return secret.reveal()
    }
}
