import Facts
import Foundation
package import Planning
import Release
import Rendering
package import Topology

/// Views of the lab of `topologies/sandbox.yaml` with secrets that are easily recognised.
package enum Views {
    private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    package static func lab(_ name: String = "sandbox") throws -> Lab {
        try Lab.read(contentsOf: repository.appending(path: "topologies/\(name).yaml").path).lab
    }

    package static func secrets(for lab: Lab) -> [SecretName: Secret] {
        let names = Rendering.secretNames(for: lab) + lab.vcenters.map { SecretName.vcenter($0.name) }
        return Dictionary(uniqueKeysWithValues: names.map { ($0, Secret("PLANTED-\($0.rawValue)")) })
    }

    /// Nodes with their packages and nothing else.
    package static func fresh(_ name: String = "sandbox") throws -> LabView {
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
        let image = WantedImage(
            name: "tiny-qcow2", properties: ["img_hv_type": "qemu"], diskFormat: "qcow2", digest: "d1")
        return LabView(lab: lab, nodes: nodes, seal: Seal(secrets(for: lab)), images: [image], cloud: nil)
    }

    /// Nodes with nothing at all.
    package static func bare(_ name: String = "sandbox") throws -> LabView {
        var view = try fresh(name)
        for index in view.nodes.indices { view.nodes[index].facts.packages = [:] }
        return view
    }

    /// The same lab as a run that finished leaves it, and then a package brought a known defect.
    package static func defective() throws -> LabView {
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

    /// The same lab as a run that finished leaves it.
    package static func finished(_ name: String = "sandbox") throws -> LabView {
        var view = try fresh(name)
        let steps = view.plan().steps
        for index in view.nodes.indices { view.nodes[index].finish(after: steps, view) }
        var cloud = CloudFacts(identity: view.catalogue.expected)
        cloud.computeHosts = Set(view.lab.computeServices.map(\.host))
        cloud.networks = Set(view.lab.networks.map(\.name))
        cloud.flavors = Set(view.lab.flavors.map(\.name))
        for image in view.images {
            cloud.images[image.name] = .init(digest: image.digest, properties: image.properties)
        }
        for aggregate in view.hostAggregates { cloud.aggregates[aggregate.name] = aggregate.expected }
        view.cloud = cloud
        return view
    }

    /// The same with an image for vSphere, whose clusters ask for it in their caches.
    package static func withImageCaches(priming: Bool = true) throws -> LabView {
        var view = try finished()
        for index in view.lab.vcenters[0].clusters.indices {
            view.lab.vcenters[0].clusters[index].primesImageCache = priming
        }
        view.images.append(WantedImage(name: "tiny-vmdk", properties: [:], diskFormat: "vmdk", digest: "d2"))
        view.cloud?.images["tiny-vmdk"] = .init(digest: "d2", properties: [:])
        return view
    }
}

extension NodeView {
    /// Gives the node the facts that these steps would leave.
    fileprivate mutating func finish(after steps: [Step], _ view: LabView) {
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
        for stamp in steps.filter({ $0.node == name }).compactMap({ view.seal.stamp(of: $0.action) }) {
            facts.stamps[stamp.name] = stamp.value
        }
        if node.roles.contains(.controller) { facts.databases = Set(view.databases) }
    }
}
