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
            let setup = release.setup(of: node, in: lab)
            var facts = NodeFacts()
            facts.packages = Dictionary(uniqueKeysWithValues: setup.packages.map { ($0, "1.0-1") })
            let files = rendering.nodes.first { $0.node == node.name }
            return NodeView(
                node: node, setup: setup, files: files?.files ?? [], directories: files?.directories ?? [],
                facts: facts)
        }
        let image = GlanceImage(
            name: "tiny-qcow2", properties: ["img_hv_type": "qemu"], path: "/dev/null", format: .raw, encoding: .qcow2,
            digest: "d1")
        return LabView(lab: lab, nodes: nodes, seal: Seal(secrets(for: lab)), images: [image], cloud: nil)
    }

    /// Nodes with nothing at all.
    static func bare(_ name: String = "sandbox") throws -> LabView {
        var view = try fresh(name)
        for index in view.nodes.indices { view.nodes[index].facts.packages = [:] }
        return view
    }

    /// The same lab as a run that finished leaves it, and then a package brought a known defect.
    static func defective() throws -> LabView {
        var view = try finished()
        let path = "/usr/lib/python3/dist-packages/nova/image/glance.py"
        for index in view.nodes.indices where view.nodes[index].setup.runs(.novaComputeOfCluster) {
            let units = view.nodes[index].setup.units(of: .novaComputeOfCluster)
            view.nodes[index].repairs = [RenderedFile(path: path, contents: "repaired\n", units: units)]
            view.nodes[index].facts.files[path] = .init(
                digest: "d", mode: 0o644, owner: "root", group: "root", changed: 100)
        }
        return view
    }

    /// How nodes of a view are told what to do.
    static func system(_ view: LabView) -> NodeSystem { NodeSystem(view: view, secrets: secrets(for: view.lab)) }

    /// The same lab as a run that finished leaves it.
    static func finished(_ name: String = "sandbox") throws -> LabView {
        var view = try fresh(name)
        let steps = view.plan().steps
        for index in view.nodes.indices { view.nodes[index].finish(after: steps, system(view)) }
        view.cloud = CloudFacts(
            identity: view.catalogue.expected, computeHosts: Set(view.lab.computeServices.map(\.host)),
            networks: Set(view.lab.networks.map(\.name)), flavors: Set(view.lab.flavors.map(\.name)),
            images: Dictionary(uniqueKeysWithValues: view.images.map { ($0.name, $0.expected) }),
            aggregates: Dictionary(uniqueKeysWithValues: view.hostAggregates.map { ($0.name, $0.expected) }))
        return view
    }
}

extension NodeView {
    /// Gives the node the facts that these steps would leave.
    fileprivate mutating func finish(after steps: [Step], _ system: NodeSystem) {
        for file in files {
            facts.files[file.path] = .init(
                digest: file.digest, mode: file.mode, owner: file.owner, group: file.group, changed: 100)
        }
        for directory in directories {
            facts.files[directory.path] = .init(
                digest: "", mode: directory.mode, owner: directory.owner, group: directory.group, changed: 100)
        }
        for unit in setup.services.start {
            facts.units[unit] = .init(active: "active", enabled: "enabled", started: 200)
        }
        for unit in setup.services.mask { facts.units[unit] = .init(active: "inactive", enabled: "masked", started: 0) }
        for stamp in steps.filter({ $0.node == name }).compactMap({ system.script(for: $0)?.stamp }) {
            facts.stamps[stamp.name] = stamp.value
        }
        if node.roles.contains(.controller) { facts.databases = Set(system.view.databases) }
    }
}
