import DiskImage
import Foundation
import Release
import Rendering
import Topology
import Uploads

@testable import Deployment

/// Views of the lab of `topologies/sandbox.yaml` with secrets that are easily recognised.
enum Views {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    static let repository = folder.deletingLastPathComponent().deletingLastPathComponent()

    static func lab(_ name: String = "sandbox") throws -> Lab {
        try Lab.read(contentsOf: repository.appending(path: "topologies/\(name).yaml").path).lab
    }

    static func secrets(for lab: Lab) -> [SecretName: Secret] {
        let names = Rendering.secretNames(for: lab) + lab.vcenters.map { SecretName.vcenter($0.name) }
        return Dictionary(uniqueKeysWithValues: names.map { ($0, Secret("PLANTED-\($0.rawValue)")) })
    }

    /// Nodes with their packages and nothing else.
    static func fresh(_ name: String = "sandbox") throws -> LabView {
        let lab = try lab(name)
        let release = try Release(named: lab.release)
        let pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
        let input = RenderInput(
            lab: lab, release: release, secrets: secrets(for: lab),
            vcenterCAs: Dictionary(uniqueKeysWithValues: lab.vcenters.map { ($0.name, pem) }))
        let rendering = try Rendering(input, templates: .bundled())
        let nodes = lab.nodes.map { node in
            let packages = release.setup(of: node, in: lab).packages
            var facts = NodeFacts()
            facts.packages = Dictionary(uniqueKeysWithValues: packages.map { ($0, "1.0-1") })
            let files = rendering.nodes.first { $0.node == node.name }
            return NodeView(
                node: node, packages: packages, files: files?.files ?? [], directories: files?.directories ?? [],
                services: release.setup(of: node, in: lab).services, facts: facts)
        }
        let image = GlanceImage(
            name: "tiny-qcow2", properties: ["img_hv_type": "qemu"], path: "/dev/null", format: .raw, encoding: .qcow2,
            digest: "d1")
        return LabView(lab: lab, nodes: nodes, secrets: secrets(for: lab), images: [image], cloud: nil)
    }

    /// The same lab as a run that finished leaves it.
    static func finished(_ name: String = "sandbox") throws -> LabView {
        var view = try fresh(name)
        let steps = view.plan().steps
        for index in view.nodes.indices { view.nodes[index].finish(after: steps) }
        view.cloud = CloudFacts(
            identity: view.identity.expected, computeHosts: Set(view.lab.computeServices.map(\.host)),
            networks: Set(view.lab.networks.map(\.name)), flavors: Set(view.lab.flavors.map(\.name)),
            images: Dictionary(uniqueKeysWithValues: view.images.map { ($0.name, $0.expected) }),
            aggregates: Dictionary(uniqueKeysWithValues: view.hostAggregates.map { ($0.name, $0.expected) }))
        return view
    }
}

extension NodeView {
    /// Gives the node the facts that these steps would leave.
    fileprivate mutating func finish(after steps: [Step]) {
        for file in files {
            facts.files[file.path] = .init(
                digest: file.digest, mode: file.mode, owner: file.owner, group: file.group, changed: 100)
        }
        for directory in directories {
            facts.files[directory.path] = .init(
                digest: "", mode: directory.mode, owner: directory.owner, group: directory.group, changed: 100)
        }
        for unit in services.start { facts.units[unit] = .init(active: "active", enabled: "enabled", started: 200) }
        for unit in services.mask { facts.units[unit] = .init(active: "inactive", enabled: "masked", started: 0) }
        for case .run(let script) in steps.filter({ $0.node == name }).map(\.action) {
            if let stamp = script.stamp { facts.stamps[stamp.name] = stamp.value }
        }
        if node.roles.contains(.controller) { facts.databases = Set(controlPlaneDatabases.map(\.database)) }
    }
}
