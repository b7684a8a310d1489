public import SSH

/// The SSH connections of a lab: opened when first needed, used again, a few side by side for each node.
///
/// One libssh2 session runs one command at a time, and a controller migrates several databases at once;
/// so a node has as many sessions as it has commands running, up to a limit.
public actor NodeLinks {
    private let targets: [String: SSHTarget]
    private let perNode: Int
    private var idle: [String: [SSHConnection]] = [:]
    private var open: [String: Int] = [:]
    private var waiting: [String: [CheckedContinuation<Void, Never>]] = [:]

    /// - Parameter perNode: connections to one node at the most.
    public init(targets: [String: SSHTarget], perNode: Int = 4) {
        self.targets = targets
        self.perNode = perNode
    }

    /// Runs something over a connection to a node.
    public func with<T: Sendable>(
        _ node: String, _ body: @Sendable (SSHConnection) async throws -> T
    ) async throws -> T {
        let link = try await take(node)
        do {
            let result = try await body(link)
            give(link, node, healthy: true)
            return result
        } catch {
            give(link, node, healthy: false)
            throw error
        }
    }

    /// Closes every idle connection.
    public func close() async {
        let links = idle.values.flatMap(\.self)
        idle = [:]
        for link in links { await link.close() }
    }

    private func take(_ node: String) async throws -> SSHConnection {
        while true {
            if let link = idle[node]?.popLast() { return link }
            if open[node, default: 0] < perNode { break }
            await withCheckedContinuation { waiting[node, default: []].append($0) }
        }
        guard let target = targets[node] else { preconditionFailure("no node \(node) in this lab") }
        open[node, default: 0] += 1
        do {
            return try await SSHConnection.open(target, timeout: .seconds(20))
        } catch {
            open[node, default: 0] -= 1
            wakeOne(node)
            throw error
        }
    }

    private func give(_ link: SSHConnection, _ node: String, healthy: Bool) {
        if healthy {
            idle[node, default: []].append(link)
        } else {
            open[node, default: 0] -= 1
            Task { await link.close() }
        }
        wakeOne(node)
    }

    private func wakeOne(_ node: String) {
        guard waiting[node]?.isEmpty == false else { return }
        waiting[node]?.removeFirst().resume()
    }
}

extension NodeLinks {
    /// Does something with the connections of a lab, and closes them whatever comes of it.
    public static func open<T>(
        to targets: [String: SSHTarget], _ body: (NodeLinks) async throws -> T
    ) async throws -> T {
        let links = NodeLinks(targets: targets)
        do {
            let value = try await body(links)
            await links.close()
            return value
        } catch {
            await links.close()
            throw error
        }
    }
}
