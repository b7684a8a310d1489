import Foundation
import OpenStack

/// Removes instances that verifications left behind: those of earlier runs that were killed, and our own.
struct Tidying {
    let cloud: Cloud
    let run: String
    let report: @Sendable (VerificationEvent) -> Void
    private(set) var notes: [String] = []
    private(set) var warnings: [String] = []

    init(cloud: Cloud, run: String, report: @escaping @Sendable (VerificationEvent) -> Void) {
        self.cloud = cloud
        self.run = run
        self.report = report
    }

    /// Deletes the instances of earlier runs that are over, and waits until they are gone: ours need their room.
    mutating func removeLeftovers() async {
        do {
            let here = RunOwner.current()
            let ours = try await cloud.servers(namePrefix: Setting.namePrefix)
                .filter { $0.metadata[MetadataKey.run] != nil }
            let leftovers = ours.filter { $0.isLeftover(here: here, now: Date()) }
            for server in ours where !leftovers.contains(server) {
                note("left \(server.name) alone: its run is still under way, or was so less than an hour ago")
            }
            for server in leftovers { try await cloud.deleteServer(server.id) }
            for server in leftovers {
                if try await isGone(server) {
                    note("deleted \(server.name), which an earlier run left behind")
                } else {
                    warn("\(server.name), which an earlier run left behind, is still there after it was deleted")
                }
            }
        } catch {
            guard !error.isCancellation else { return }
            warn("could not look for instances that earlier runs left behind: \(error)")
        }
    }

    /// Deletes what this run made and has not deleted, such as an instance whose request was cut off.
    ///
    /// - Parameter kept: ids of instances that the user wants to look at.
    ///
    /// In a task of its own, which is not cancelled with ours.
    mutating func removeOwn(except kept: Set<String>) async {
        let prefix = "\(Setting.namePrefix)\(run)-"
        let result = await Task { [cloud] in
            let left = try await cloud.servers(namePrefix: prefix).filter {
                $0.taskState != "deleting" && !kept.contains($0.id)
            }
            for server in left { try await cloud.deleteServer(server.id) }
            return left.map(\.name)
        }.result
        switch result {
        case .success(let names):
            for name in names { note("deleted \(name) at the end of the run") }
        case .failure(let error):
            warn("could not look for instances of this run, named \(prefix)…: \(error)")
        }
    }

    private func isGone(_ server: Server) async throws -> Bool {
        try await Polling(limit: .seconds(60)).first { try await cloud.server(server.id) == nil ? true : nil } ?? false
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

extension Server {
    /// Whether the run that made it is over.
    func isLeftover(here: RunOwner, now: Date) -> Bool {
        let started = metadata[MetadataKey.started].flatMap(Double.init).map(Date.init(timeIntervalSince1970:))
        let age = started.map { now.timeIntervalSince($0) } ?? .infinity
        return RunOwner.isOver(
            metadata[MetadataKey.owner].flatMap(RunOwner.init(text:)), age: .seconds(min(age, 1e9)), here: here)
    }
}

extension RunOwner {
    /// The time as `MetadataKey.started` has it.
    static func now() -> String { String(Int(Date().timeIntervalSince1970)) }
}
