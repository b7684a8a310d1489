import Access
import Facts
import Foundation
import Planning
import Rendering
import SSH
import Uploads
import Wording

/// Does steps for real: on nodes over SSH, in the cloud over its APIs.
struct LivePerformer: StepPerformer {
    var system: NodeSystem
    var shell: NodeShell
    var cloud: CloudPerformer
    var primer: CachePrimer
    /// Keeps a node's packages as a layer; only a sandbox has one.
    var keepLayer: @Sendable (_ node: String, _ packages: [String]) async throws -> Void
    var report: @Sendable (DeploymentEvent) -> Void

    func perform(_ step: Step) async throws {
        switch (step.action, step.node) {
        case (.install, let node?): try await run(step, on: node, onLine: packageCount(on: node))
        case (.keepLayer(let packages), let node?): try await keepLayer(node, packages)
        case (.write(let files, let directories), let node?): try await write(files, directories, on: node)
        case (.cloud(let action), _): try await cloud.perform(action)
        case (.primeCache(let image, let cluster), _): try await prime(image, cluster)
        case (_, let node?): try await run(step, on: node)
        case (_, nil): throw ActionFailure(cause: "the step has no node", hint: nil)
        }
    }

    private func run(_ step: Step, on node: String, onLine: (@Sendable (String) -> Void)? = nil) async throws {
        guard let script = system.script(for: step) else {
            throw ActionFailure(cause: "nothing is known of how to do this on \(node)", hint: nil)
        }
        let distribution = system.view.node(node)?.setup.distribution
        let hints = distribution.map { $0.packageSystem.hints(on: $0.title) } ?? []
        try await shell.run(script, named: step.title, on: node, hints: hints, onLine: onLine)
    }

    private func packageCount(on node: String) -> @Sendable (String) -> Void {
        let count = Tally()
        return { line in
            guard line.hasPrefix("Setting up ") else { return }
            let done = count.next()
            guard done.isMultiple(of: 100) else { return }
            report(.progress(node: node, "\(done) packages set up"))
        }
    }

    private func prime(_ image: String, _ cluster: String) async throws {
        let wanted = system.view.cachePrimings.first { $0.image == image && $0.place == cluster }
        guard let priming = wanted.flatMap({ system.view.priming($0, with: cloud.images) }) else {
            throw ActionFailure(cause: "the lab has no image \(image) for \(cluster)", hint: nil)
        }
        try await primer.prime(priming)
    }
}

// MARK: - Files

extension LivePerformer {
    private func write(_ files: [PlannedFile], _ directories: [PlannedDirectory], on node: String) async throws {
        let uploads = try contents(of: files, on: node).map { file in
            RemoteFile(
                path: file.path, contents: .data(Data(file.contents.utf8)), owner: file.owner, group: file.group,
                mode: file.mode)
        }
        try await shell.links.with(node) { link in
            try await link.write(
                uploads, options: WriteOptions(keepingOriginalsIn: Traces.originals, makingParents: true))
        }
        for file in files { shell.log.write(node, "wrote \(file.path)") }
        guard !directories.isEmpty else { return }
        let lines = directories.map { directory in
            "install -d -o \(directory.owner) -g \(directory.group) -m \(String(directory.mode, radix: 8)) "
                + shellQuoted(directory.path)
        }
        let script = Script(text: lines.joined(separator: "\n"), timeoutSeconds: 60)
        try await shell.run(script, named: "make directories", on: node)
    }

    /// The files that a plan means, with what they hold; what was rendered since may differ from what was planned.
    private func contents(of files: [PlannedFile], on node: String) throws -> [RenderedFile] {
        let wanted = Dictionary(
            (system.view.node(node)?.wanted ?? []).map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        return try files.map { planned in
            guard let file = wanted[planned.path], PlannedFile(file, system.view.seal) == planned else {
                throw ActionFailure(
                    cause: "\(planned.path) is not what it was when the plan was made", hint: "make a new plan")
            }
            return file
        }
    }
}
