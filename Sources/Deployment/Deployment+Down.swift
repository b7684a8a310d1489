import Access
import Facts
import Foundation
import Records
import Release
import SSH
public import Topology
import Wording

extension Deployment {
    /// Removes the lab; false if there was none.
    ///
    /// A sandbox goes wholly. On existing machines every file that was written gets back what stood there before.
    public func down(force: Bool) async throws -> Bool {
        let claim = try await store.claim()
        defer { withExtendedLifetime(claim) {} }
        let run = try await store.begin(.down)
        let gone = try await provider.remove(force: force)
        let removed = if let gone { gone } else { try await restoreNodes() }
        try await store.end(run, .passed)
        if gone != nil { try await store.remove() }
        return removed
    }

    /// Restores on all nodes what Polyvisor kept of files before it wrote them.
    private func restoreNodes() async throws -> Bool {
        let restored = try await withLinks { links in
            try await forEach(lab.nodes, atMost: options.maxWorkers) { node in
                try await links.with(node.name) { link in try await restore(node, over: link) }
            }
        }
        return restored.contains(true)
    }

    private func restore(_ node: Node, over link: SSHConnection) async throws -> Bool {
        let kept = try await link.output(of: Self.listOriginals).split(separator: "\n").map(String.init)
        guard !kept.isEmpty else { return false }
        let services = release.setup(of: node, in: lab).services
        let units = services.start.map { shellQuoted($0) }.joined(separator: " ")
        _ = try await link.output(of: "systemctl disable -q --now \(units)", timeout: .seconds(300))
        if !services.mask.isEmpty {
            _ = try await link.output(
                of: "systemctl unmask -q \(services.mask.map { shellQuoted($0) }.joined(separator: " "))")
        }
        try await link.restoreOriginals(of: kept, from: Traces.originals)
        _ = try await link.output(
            of: "rm -rf \(Traces.originals) \(Traces.stamps) && systemctl daemon-reload")
        report(.progress(node: node.name, "\(kept.count) files are as they were"))
        return true
    }

    /// Paths of which the node keeps the original, or the mark that there was none.
    private static let listOriginals = """
        cd \(Traces.originals) 2>/dev/null || exit 0
        find . -path ./.absent -prune -o -type f -print | sed 's/^\\.//'
        if [ -d .absent ]; then cd .absent && find . -type f -print | sed 's/^\\.//'; fi
        """

    /// Arguments of `ssh` for a node of a lab; nil if it has no such node.
    public static func sshArguments(of lab: Lab, node name: String) throws -> [String]? {
        guard let node = lab.node(name) else { return nil }
        let deployment = try Deployment(lab, store: lab.store, log: RunLog()) { _ in }
        guard let target = try deployment.targets()[name] else { return nil }
        let hosts = target.knownHostsFiles.map { NSString(string: $0).expandingTildeInPath }.joined(separator: " ")
        var arguments = ["-p", "\(target.port)", "-l", target.user, "-o", "UserKnownHostsFile=\(hosts)"]
        arguments += ["-o", "StrictHostKeyChecking=yes", "-o", "LogLevel=ERROR"]
        if let identity = target.identityFile {
            arguments += ["-i", NSString(string: identity).expandingTildeInPath, "-o", "IdentitiesOnly=yes"]
        }
        return arguments + ["\(node.address)"]
    }
}
