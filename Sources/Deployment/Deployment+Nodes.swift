import Access
import Facts
import Foundation
import GuestImage
import OpenStack
import Planning
import Release
import Rendering
import SSH
import Topology
import Uploads

extension Deployment {
    /// Where each node is and how its host key is known.
    func targets() throws -> [String: SSHTarget] {
        let provider = provider
        return Dictionary(uniqueKeysWithValues: lab.nodes.map { node in (node.name, provider.target(of: node)) })
    }

    /// Waits until each node answers SSH; one that has just been started needs seconds. All that do not are named.
    func awaitNodes(_ links: NodeLinks) async throws {
        let patience: Duration = provider.makesNodes ? .seconds(60) : .zero
        let deadline = ContinuousClock.now + patience
        let problems = try await forEach(lab.nodes, atMost: options.maxWorkers) { node in
            try await problem(of: node, links, until: deadline)
        }.compactMap(\.self)
        guard problems.isEmpty else { throw DeploymentProblem(what: SSHError.told(problems).joined(separator: "\n")) }
    }

    /// Why a node does not answer SSH; nil when it does.
    private func problem(
        of node: Node, _ links: NodeLinks, until deadline: ContinuousClock.Instant
    ) async throws -> SSHError? {
        while true {
            do {
                try await links.with(node.name) { link in _ = try await link.output(of: "true") }
                return nil
            } catch let error as SSHError {
                if error.kind == .cancelled { throw CancellationError() }
                let mayStillStart = [.unreachable, .timeout, .disconnected].contains(error.kind)
                guard mayStillStart, ContinuousClock.now < deadline else { return error }
                try await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    /// The lab as far as packages go.
    ///
    /// - Parameter seen: facts of nodes that were looked at before; the others are looked at now.
    func bareView(_ access: LabAccess, seen: [String: NodeFacts] = [:]) async throws -> LabView {
        let reader = FactsReader(links: access.links)
        let nodes = try await forEach(lab.nodes, atMost: options.maxWorkers) { node in
            let facts =
                if let facts = seen[node.name] {
                    facts
                } else { try await reader.facts(of: node.name, .preparing(node, in: lab, release)) }
            let setup = release.setup(of: node, in: lab, on: try distribution(of: facts.system, on: node))
            return NodeView(node: node, setup: setup, files: [], directories: [], facts: facts)
        }
        return LabView(lab: lab, nodes: nodes, seal: Seal(access.secrets), images: [], cloud: nil)
    }

    /// What a node runs, if it carries the release.
    private func distribution(of system: Distribution.System?, on node: Node) throws -> Distribution {
        guard let distribution = system.flatMap(release.distribution(of:)) else {
            let titles = release.distributions.map(\.title).joined(separator: " or ")
            throw DeploymentProblem(
                node: node.name,
                what: system.map { "it runs \($0.id) \($0.version)" }
                    ?? "its /etc/os-release does not say what it runs",
                hint: "release \(release.name) is installed from the packages of \(titles)")
        }
        return distribution
    }

    /// The lab with everything that decides the plan, and the disks of its images.
    ///
    /// - Parameters:
    ///   - bare: what was seen of the nodes before their packages were there.
    ///   - leavingNoTrace: nodes do not remember whether KVM works there.
    func fullView(
        _ bare: LabView, _ access: LabAccess, guest: GuestImage, leavingNoTrace: Bool = false
    ) async throws -> (view: LabView, images: [GlanceImage]) {
        let reader = FactsReader(links: access.links)
        async let cloudFacts = access.cloud.facts()
        async let glanceImages = glanceImages(guest)
        let virtTypes = try await virtTypes(access.links, guest, leavingNoTrace)
        let rendering = try render(access.secrets, virtTypes: virtTypes, on: bare)
        let nodes = try await forEach(bare.nodes, atMost: options.maxWorkers) { view in
            try await fullView(view, rendering, reader)
        }
        let images = try await glanceImages
        var view = LabView(
            lab: lab, nodes: nodes, seal: bare.seal, images: images.map(WantedImage.init), cloud: await cloudFacts)
        view.primed = try await primed(view, with: images, access)
        return (view, images)
    }

    private func fullView(_ bare: NodeView, _ rendering: Rendering, _ reader: FactsReader) async throws -> NodeView {
        var view = bare
        let rendered = rendering.nodes.first { $0.node == bare.name }
        // What sets up the node's own interfaces could cut it off: those files are for the operator.
        view.files = (rendered?.files ?? []).filter { !$0.isByHand }
        view.repairs = try await repairedFiles(of: bare, reader)
        view.directories = rendered?.directories ?? []
        let services = bare.setup.services
        var questions = NodeQuestions()
        (questions.packages, questions.marks) = (bare.setup.packages, true)
        questions.files = view.wanted.map(\.path) + view.directories.map(\.path)
        questions.units = services.start + services.disable + services.mask
        view.facts = try await reader.facts(of: bare.name, questions)
        view.startAfter = vcenterStarts(for: bare.node)
        return view
    }

    private func render(
        _ secrets: [SecretName: Secret], virtTypes: [String: HypervisorKind], on bare: LabView
    ) throws -> Rendering {
        var input = RenderInput(
            lab: lab, release: release, secrets: secrets, virtTypes: virtTypes, vcenterCAs: try authorities.texts())
        input.replacements = try offline.replacements()
        input.distributions = Dictionary(uniqueKeysWithValues: bare.nodes.map { ($0.name, $0.setup.distribution) })
        let rendering = try Rendering(input, templates: try .bundled())
        for warning in rendering.warnings { report(.warning(node: warning.node, "\(warning)")) }
        return rendering
    }

    /// Files of packages with a known defect, as they are without it.
    private func repairedFiles(of node: NodeView, _ reader: FactsReader) async throws -> [RenderedFile] {
        var files: [RenderedFile] = []
        for defect in release.knownDefects {
            guard let repair = defect.repair, node.setup.runs(repair.concerns) else { continue }
            let path = "\(node.setup.distribution.pythonPath)/\(repair.file)"
            guard let text = try await reader.text(of: path, on: node.name) else { continue }
            let wanted = repaired(text, of: path, defect, repair, on: node.name)
            let units = node.setup.units(of: repair.restarts)
            files += wanted.map { [RenderedFile(path: path, contents: $0, units: units)] } ?? []
        }
        return files
    }

    /// What a file should hold that may have a defect; nil when it is left alone.
    private func repaired(
        _ text: String, of path: String, _ defect: KnownDefect, _ repair: Repair, on node: String
    ) -> String? {
        switch repair.state(of: text) {
        case .affected where options.leaveDefects:
            report(.warning(node: node, "\(defect.title), and is left so: \(defect.effect)"))
            return nil
        case .affected:
            report(.warning(node: node, "\(defect.title); \(path) is mended, the original is kept"))
            return repair.mend(text)
        case .mended where options.leaveDefects:
            report(.warning(node: node, "\(path) gets its defect back: \(defect.effect)"))
            return repair.unmend(text)
        case .mended: return text
        case .unrecognised:
            report(.warning(node: node, "\(path) is of no known version: \(defect.title), perhaps"))
            return nil
        case .fixed: return nil
        }
    }

    /// The nodes whose topology says kvm and which cannot start a KVM guest: they get QEMU.
    private func virtTypes(
        _ links: NodeLinks, _ guest: GuestImage, _ leavingNoTrace: Bool
    ) async throws -> [String: HypervisorKind] {
        let check = KVMCheck(guest: guest)
        let nodes = lab.nodes.filter { $0.hypervisor?.kind == .kvm }
        let verdicts = try await forEach(nodes, atMost: options.maxWorkers) { node in
            try await links.with(node.name) { link in
                try await leavingNoTrace ? check.look(over: link) : check.verdict(over: link)
            }
        }
        var types: [String: HypervisorKind] = [:]
        for (node, verdict) in zip(nodes, verdicts) {
            guard case .unusable(let reason) = verdict else { continue }
            types[node.name] = .qemu
            report(
                .warning(node: node.name, "no KVM guest starts here (\(reason)): its instances run under QEMU, slowly"))
        }
        return types
    }
}

/// What keeps a deployment from going on, with the node and what to do.
public struct DeploymentProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// nil: it is about no node in particular.
    public var node: String?
    /// What is not as it has to be.
    public var what: String
    /// What to do about it, where that is known.
    public var hint: String?

    public var description: String { (node.map { "\($0): " } ?? "") + what + (hint.map { "\n  hint: \($0)" } ?? "") }
}

extension SSHError {
    /// The errors of several nodes, with those that say the same in one.
    static func told(_ errors: [SSHError]) -> [String] {
        var nodes: [String: [String]] = [:]
        var order: [String] = []
        for error in errors {
            let text = "\(error.doing): \(error.reason)" + (error.hint.map { "\n  hint: \($0)" } ?? "")
            if nodes[text] == nil { order.append(text) }
            nodes[text, default: []].append(error.node)
        }
        return order.map { text in "\(nodes[text, default: []].joined(separator: ", ")): \(text)" }
    }
}
