package import Facts
import Release
import Rendering
package import Topology
import Wording

/// Everything that decides a plan: what was asked, what it renders to, and what was found. A value, so that
/// the same view always gives the same plan.
package struct LabView: Sendable {
    package var lab: Lab
    package var nodes: [NodeView]
    package var seal: Seal
    package var images: [WantedImage]
    /// nil while Keystone does not answer.
    package var cloud: CloudFacts?
    /// Those primings of image caches that are done.
    package var primed: Set<WantedPriming> = []
    /// Whether what packages make is kept for the next node: only a sandbox can.
    package var keepsLayers = false

    package init(lab: Lab, nodes: [NodeView], seal: Seal, images: [WantedImage], cloud: CloudFacts?) {
        (self.lab, self.nodes, self.seal, self.images, self.cloud) = (lab, nodes, seal, images, cloud)
    }

    package func node(_ name: String) -> NodeView? { nodes.first { $0.node.name == name } }

    /// The controller's view; every lab has one (a rule of Topology).
    package var controller: NodeView? { nodes.first { $0.node.roles.contains(.controller) } }

    /// The databases of the control plane.
    package var databases: [String] { Service.installed.flatMap(\.databases) }

    /// The plan that gives nodes their packages; what else they need shows only after it.
    package func preparation() -> Plan { Plan(self, Phase.preparing) }

    /// The plan that makes a cloud of prepared nodes.
    package func plan() -> Plan { Plan(self, Phase.building) }
}

// What a plan does not hold counts as done, and what that would have waited for is then not waited for; so a step names all
// that it needs, however far ahead.
extension LabView {
    /// After these, databases and message queue answer.
    var serversUp: [Goal] { running(.database) + running(.messageQueue) }

    /// After these, Keystone answers and knows every service.
    var identityUp: [Goal] { serversUp + running(.identity) + [.catalogue] }

    /// After these, every API answers.
    var apisUp: [Goal] { identityUp + running(.apis) }

    private func running(_ group: StartGroup) -> [Goal] {
        [controller.map { .running(group, on: $0.name) }].compactMap(\.self)
    }
}

extension LabView {
    /// SHA-256 over everything that the lab is made of.
    package var digest: String {
        sha256(
            of: nodes.flatMap { view in
                [view.name] + view.setup.packages + view.wanted.flatMap { [$0.path, $0.digest] }
            } + images.flatMap { [$0.name, $0.digest] })
    }
}
