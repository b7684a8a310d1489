import Access
import Foundation
public import Planning
public import Rendering
import SSH
import Topology
import Wording

/// What `up` would do to a lab, found out by looking alone.
public struct PlannedChanges: Sendable, Encodable, CustomStringConvertible {
    /// The lab's name.
    public var lab: String
    /// The steps that `up` would perform.
    public var plan: Plan
    /// Why more may follow that cannot be known yet; nil: this is all.
    public var unknown: String?
    /// How the files would change, where that was asked for.
    public var files: [TreeDiff.File]?

    private enum CodingKeys: String, CodingKey { case lab, plan = "steps", unknown, files }

    /// As a person reads it: the steps, how the files would change, and how much it is.
    public var description: String {
        guard !plan.isEmpty else { return plan.description }
        let count = "\(counted(plan.steps.count, "step")) to do; nothing was changed\n"
        return "\(plan)" + (files ?? []).map(\.text).joined() + (unknown.map { "\($0)\n" } ?? "") + count
    }
}

extension Deployment {
    /// What `up` would do; looks at nodes, vCenters and the cloud, and changes nothing on them.
    ///
    /// - Parameter showingFiles: with the differences of the files that would be written, without secrets.
    public func plan(showingFiles: Bool) async throws -> PlannedChanges {
        let secrets = try await checkedSecrets()
        return try await withAccess(with: secrets) { access in try await changes(access, showingFiles) }
    }

    private func changes(_ access: LabAccess, _ showingFiles: Bool) async throws -> PlannedChanges {
        try await awaitNodes(access.links)
        let bare = try await bareView(access)
        let preparation = bare.preparation()
        guard preparation.isEmpty else {
            let unknown = "what follows depends on what the packages bring; `polyvisor render` has the files"
            return PlannedChanges(lab: lab.name, plan: preparation, unknown: unknown)
        }
        let (view, _) = try await fullView(
            bare, access, guest: try await tinyGuest(), leavingNoTrace: true)
        let files = showingFiles ? try await differences(view, access.links) : nil
        return PlannedChanges(lab: lab.name, plan: view.plan(), files: files)
    }

    private func differences(_ view: LabView, _ links: NodeLinks) async throws -> [TreeDiff.File] {
        let nodes = view.nodes.filter { !$0.differing($0.wanted).isEmpty }
        return try await forEach(nodes, atMost: options.maxWorkers) { node in
            try await links.with(node.name) { link in
                var files: [TreeDiff.File] = []
                for file in node.differing(node.wanted) {
                    let text = try await link.read(file.path).map { String(decoding: $0, as: UTF8.self) }
                    files.append(TreeDiff.File("\(node.name)\(file.path)", before: text, after: file.contents))
                }
                return files
            }
        }.flatMap(\.self)
    }
}
