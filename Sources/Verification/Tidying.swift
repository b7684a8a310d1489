import Foundation
import OpenStack
import Records
import Wording

/// Removes what verifications left behind: those of earlier runs that were killed, and our own.
///
/// Only what bears a run's mark and a name of ours is ever touched.
struct Tidying {
    let cloud: Cloud
    /// Of this run.
    let mark: RunMark
    /// Whether the instances of all projects can be seen.
    let isAdmin: Bool
    /// What projects of runs have left in vCenters.
    let folders: ProjectFolders
    /// How long something may take to go away after it was deleted.
    let patience: Duration
    let report: @Sendable (VerificationEvent) -> Void
    private(set) var notes: [String] = []
    private(set) var warnings: [String] = []

    init(
        cloud: Cloud, mark: RunMark, isAdmin: Bool, folders: ProjectFolders, patience: Duration = .seconds(120),
        report: @escaping @Sendable (VerificationEvent) -> Void
    ) {
        self.cloud = cloud
        self.mark = mark
        self.isAdmin = isAdmin
        self.folders = folders
        self.patience = patience
        self.report = report
    }

    /// Removes what earlier runs left that are over, and waits until it is gone: ours needs its room.
    ///
    /// Returns whether all of it is gone.
    ///
    /// - Parameter seen: what bears a mark, where somebody has looked for it already.
    @discardableResult
    mutating func removeLeftovers(among seen: Result<[MarkedThing], any Error>? = nil) async -> Bool {
        do {
            let here = ProcessOwner.current()
            let found = if let seen { try seen.get() } else { try await MarkedThing.all(in: cloud, isAdmin: isAdmin) }
            let all = found.filter { $0.mark.run != mark.run }
            let leftovers = all.filter { $0.mark.isOver(here: here) }
            for thing in all where !leftovers.contains(thing) {
                note("left \(thing.name) alone: its run is still under way, or was so less than an hour ago")
            }
            var isClean = true
            for (thing, reason) in try await remove(leftovers) {
                isClean = false
                warn("\(thing.label), which an earlier run left behind, \(reason)")
            }
            for thing in leftovers where isClean { note("deleted \(thing.label), which an earlier run left behind") }
            return isClean
        } catch {
            if !error.isCancellation { warn("could not look for what earlier runs left behind: \(error)") }
            return false
        }
    }

    /// Removes what this run made and has not removed, such as an instance whose request was cut off.
    ///
    /// - Parameter kept: ids of instances that the user wants to look at.
    ///
    /// In a task of its own, which is not cancelled with ours.
    mutating func removeOwn(except kept: Set<String>) async {
        let own = self
        let result = await Task {
            let last = own
            let left = try await MarkedThing.all(in: own.cloud, isAdmin: own.isAdmin).filter {
                $0.mark.run == own.mark.run && !kept.contains($0.id) && !$0.isBeingDeleted
            }
            // A kept instance still needs its security group and its project.
            let removable = left.filter { kept.isEmpty || ![.securityGroup, .project].contains($0.kind) }
            let remaining = try await last.remove(removable)
            return (removable.filter { thing in !remaining.contains { $0.thing == thing } }, remaining)
        }.result
        switch result {
        case .success(let (removed, remaining)):
            for thing in removed where thing.kind == .server { note("deleted \(thing.name) at the end of the run") }
            for (thing, reason) in remaining { warn("\(thing.label) of this run \(reason)") }
        case .failure(let error):
            warn("could not look for what this run, \(mark.prefix)…, has left: \(error)")
        }
    }

    /// Servers first, as other things belong to them. Returns what is still there, and why in words.
    private func remove(_ things: [MarkedThing]) async throws -> [(thing: MarkedThing, reason: String)] {
        var remaining: [(thing: MarkedThing, reason: String)] = []
        for kind in MarkedThing.Kind.allCases {
            var deleted: [MarkedThing] = []
            for thing in things where thing.kind == kind {
                do {
                    try await thing.delete(from: cloud, folders, within: patience)
                    deleted.append(thing)
                } catch {
                    // What else there is can be removed all the same.
                    guard !error.isCancellation else { throw error }
                    remaining.append((thing, "cannot be deleted: \(VisibleText("\(error)").folded)"))
                }
            }
            for thing in deleted where try await !isGone(thing) {
                remaining.append((thing, "is still there after it was deleted"))
            }
        }
        return remaining
    }

    private func isGone(_ thing: MarkedThing) async throws -> Bool {
        try await Polling(limit: patience).first { try await thing.isThere(in: cloud) ? nil : true } ?? false
    }

    mutating func note(_ text: String) {
        notes.append(text)
        report(.note(text))
    }

    mutating func warn(_ text: String) {
        warnings.append(text)
        report(.warning(text))
    }
}

/// Something in a cloud that a run made, by its mark.
struct MarkedThing: Sendable, Equatable {
    var kind: Kind
    var id: String
    var name: String
    var mark: RunMark
    var isBeingDeleted = false
    /// Of a project: Nova may have made a folder for it in vCenter.
    var usesVCenter = false

    /// In the order in which they have to be removed.
    enum Kind: String, Sendable, CaseIterable {
        case server = "instance"
        case volume
        case image
        case flavor
        case securityGroup = "security group"
        case project
    }

    /// `polyvisor-verify-3f9a1c20-kvm1`; other kinds with their kind before it.
    var label: String { kind == .server ? name : "\(kind.rawValue) \(name)" }

    /// Everything with a mark that we may see, before it is known whether we have admin rights.
    static func seen(in cloud: Cloud) async -> Result<[MarkedThing], any Error> {
        do {
            do {
                return .success(try await all(in: cloud, isAdmin: true))
            } catch let error as OpenStackError where error.kind == .status(403) {
                return .success(try await all(in: cloud, isAdmin: false))
            }
        } catch {
            return .failure(error)
        }
    }

    /// Everything with a mark that we may see.
    static func all(in cloud: Cloud, isAdmin: Bool) async throws -> [MarkedThing] {
        async let servers = cloud.servers(namePrefix: RunMark.prefix, ofAllProjects: isAdmin)
        async let images = cloud.images()
        async let groups = cloud.securityGroups()
        async let projects = projects(in: cloud, isAdmin: isAdmin)
        // Without admin rights a run makes none.
        async let flavors = isAdmin ? cloud.flavors() : []
        async let volumes = cloud.has(.volume) ? cloud.volumes(ofAllProjects: isAdmin) : []
        let found =
            try await servers.compactMap { server in
                RunMark(metadata: server.metadata).map {
                    MarkedThing(
                        kind: .server, id: server.id, name: server.name, mark: $0,
                        isBeingDeleted: server.taskState == "deleting")
                }
            }
            + images.compactMap { image in
                RunMark(metadata: image.properties).map {
                    MarkedThing(kind: .image, id: image.id, name: image.name ?? "", mark: $0)
                }
            }
            + volumes.compactMap { volume in
                RunMark(metadata: volume.metadata ?? [:]).map {
                    MarkedThing(kind: .volume, id: volume.id, name: volume.name ?? "", mark: $0)
                }
            }
            + flavors.compactMap { flavor in
                RunMark(text: flavor.description ?? "").map {
                    MarkedThing(kind: .flavor, id: flavor.id, name: flavor.name, mark: $0)
                }
            }
            + groups.compactMap { group in
                RunMark(text: group.description ?? "").map {
                    MarkedThing(kind: .securityGroup, id: group.id, name: group.name, mark: $0)
                }
            }
            + projects
        return found.filter { $0.name.hasPrefix(RunMark.prefix) }
    }

    /// The projects of runs. Who may not see projects has made none.
    private static func projects(in cloud: Cloud, isAdmin: Bool) async throws -> [MarkedThing] {
        guard isAdmin else { return [] }
        do {
            return try await cloud.projects(namePrefix: RunMark.prefix).compactMap { project in
                RunMark(text: project.description ?? "").map {
                    MarkedThing(
                        kind: .project, id: project.id, name: project.name, mark: $0,
                        usesVCenter: OwnProject.isInVCenter(project))
                }
            }
        } catch let error as OpenStackError where error.kind == .status(403) {
            return []
        }
    }

    /// - Parameter patience: how long what belongs to it may take to go away.
    func delete(from cloud: Cloud, _ folders: ProjectFolders, within patience: Duration) async throws {
        switch kind {
        case .server: try await cloud.deleteServer(id)
        case .volume: try await cloud.deleteVolume(id)
        case .image: try await cloud.deleteImage(id)
        case .flavor: try await cloud.deleteFlavor(id)
        case .securityGroup: try await deleteGroup(from: cloud, within: patience)
        case .project: try await deleteProject(from: cloud, folders, within: patience)
        }
    }

    /// Neutron refuses while a port uses it, and ports outlive their servers by a moment.
    private func deleteGroup(from cloud: Cloud, within patience: Duration) async throws {
        var refusal: (any Error)?
        let done: Bool? = try await Polling(limit: patience, pause: .seconds(1)).first {
            do {
                try await cloud.deleteSecurityGroup(id)
                return true
            } catch let error as OpenStackError where error.kind == .status(409) {
                refusal = error
                return nil
            }
        }
        if done == nil, let refusal { throw refusal }
    }

    func isThere(in cloud: Cloud) async throws -> Bool {
        switch kind {
        case .server: try await cloud.server(id) != nil
        case .volume: try await cloud.volume(id) != nil
        case .image: try await cloud.image(id).map { $0.status != "deleted" } ?? false
        case .flavor: try await cloud.flavors().contains { $0.id == id }
        case .securityGroup: try await cloud.securityGroups().contains { $0.id == id }
        case .project: try await cloud.project(id) != nil
        }
    }
}
