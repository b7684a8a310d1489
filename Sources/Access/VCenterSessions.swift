public import Topology
public import VSphere

/// A session with each vCenter that is asked for, opened at its first use and shared by all who ask.
public actor VCenterSessions {
    private let endpoint: @Sendable (VCenter) throws -> VCenterEndpoint
    private var opening: [String: Task<VCenterConnection, any Error>] = [:]

    /// - Parameter endpoint: how a vCenter of the topology is reached; asked once for each.
    public init(endpoint: @escaping @Sendable (VCenter) throws -> VCenterEndpoint) {
        self.endpoint = endpoint
    }

    /// - Throws: `VSphereError`, and what the endpoint's closure throws. The next call tries again.
    public func session(with vcenter: VCenter) async throws -> VCenterConnection {
        let task = opening[vcenter.name] ?? Task { try await VCenterConnection.open(try endpoint(vcenter)) }
        opening[vcenter.name] = task
        do {
            return try await task.value
        } catch {
            opening[vcenter.name] = nil
            throw error
        }
    }

    /// Ends all sessions. A vCenter that cannot be told so ends them by itself, after some idle minutes.
    public func close() async {
        let tasks = Array(opening.values)
        opening = [:]
        // In a task of its own: ours may be cancelled.
        await Task {
            await withTaskGroup(of: Void.self) { group in
                for task in tasks { group.addTask { try? await task.value.logout() } }
            }
        }.value
    }
}
