import Release
import Rendering
import Topology
import Uploads

/// Everything that decides a plan: what was asked, what it renders to, and what was found. A value, so that
/// the same view always gives the same plan.
struct LabView: Sendable {
    var lab: Lab
    var nodes: [NodeView]
    var secrets: [SecretName: Secret]
    var images: [GlanceImage]
    /// nil while Keystone does not answer.
    var cloud: CloudFacts?
    /// The ids of those primings of image caches that are done.
    var primed: Set<String> = []

    func node(_ name: String) -> NodeView? { nodes.first { $0.node.name == name } }

    /// The controller's view; every lab has one (a rule of Topology).
    var controller: NodeView? { nodes.first { $0.node.roles.contains(.controller) } }
}

/// One node: what it should be and what it is.
struct NodeView: Sendable {
    var node: Node
    var packages: [String]
    /// What was rendered, and files of packages that have a known defect, as they should be.
    var files: [RenderedFile]
    var directories: [NeededDirectory]
    /// Units that are to run (in the order in which they start), that must not, and that must never.
    var services: NodeServices
    var facts: NodeFacts
    /// Units that must have been started after a time (seconds since 1970): nova-compute keeps references to objects
    /// of its vCenter, and a simulated one that was started anew no longer has them.
    var startAfter: [String: Double] = [:]
}

extension NodeView {
    var name: String { node.name }
    var units: [String] { services.start }

    /// Rendered files whose content, owner or mode differ from what is on the node.
    var differing: [RenderedFile] { files.filter { !matches($0) } }

    /// Directories that services need and that are not there, or not theirs.
    var missingDirectories: [NeededDirectory] {
        directories.filter { directory in
            let found = facts.files[directory.path]
            return found?.owner != directory.owner || found?.group != directory.group || found?.mode != directory.mode
        }
    }

    private func matches(_ file: RenderedFile) -> Bool {
        guard let found = facts.files[file.path] else { return false }
        return found.digest == file.digest && found.mode == file.mode && found.owner == file.owner
            && found.group == file.group
    }

    /// Units that run or would run at the next start although they must not.
    var unwanted: [String] {
        (services.disable + services.mask).filter { unit in
            guard let found = facts.units[unit], !found.enabled.isEmpty, found.enabled != "masked" else { return false }
            return found.active == "active" || found.enabled == "enabled" || services.mask.contains(unit)
        }
    }

    /// Of these units, those that have to be started or restarted, and why.
    ///
    /// A unit also restarts when one of its files changed after it started: a run may have been killed
    /// between the two.
    func restarts(among group: [String]) -> [(unit: String, reason: String)] {
        let changing = Set(differing.flatMap(\.units))
        return units.filter(group.contains).compactMap { unit in
            let found = facts.units[unit]
            let newest = files.filter { $0.units.contains(unit) }.compactMap { facts.files[$0.path]?.changed }.max()
            if changing.contains(unit) { return (unit, "its configuration changes") }
            if found?.active != "active" { return (unit, "it is \(found?.active ?? "absent")") }
            if let newest, let started = found?.started, newest > started {
                return (unit, "its configuration is newer than it")
            }
            if let earliest = startAfter[unit], let started = found?.started, earliest > started {
                return (unit, "its vCenter was started anew")
            }
            return found?.enabled == "enabled" ? nil : (unit, "it is not enabled")
        }
    }
}

extension LabView {
    /// SHA-256 over everything that the lab is made of.
    var digest: String {
        sha256(
            of: nodes.flatMap { view in [view.name] + view.packages + view.files.flatMap { [$0.path, $0.digest] } }
                + images.flatMap { [$0.name, $0.digest] })
    }
}
