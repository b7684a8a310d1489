public import Foundation
public import SSH
public import Topology

/// Nodes that somebody else made, as the topology says where they are.
public struct ExistingMachines: NodeProvider {
    private let lab: Lab
    private let accepted: String

    /// - Parameter accepted: the file of host keys that were accepted for this lab.
    public init(of lab: Lab, accepted: String) { (self.lab, self.accepted) = (lab, accepted) }

    public var makesNodes: Bool { false }
    public var missingRight: (what: String, hint: String)? { nil }
    public func check(installingMissing: Bool) {}
    public func raise(packages: [String: [String]], passwords: [String: Secret]) {}

    public func target(of node: Node) -> SSHTarget {
        func path(_ written: String?) -> String? { written.map { lab.path($0, home: NSHomeDirectory()) } }
        return SSHTarget(
            host: "\(node.address)", port: node.ssh.port, user: node.ssh.user,
            identityFile: path(node.ssh.identityFile),
            knownHostsFiles: [path(node.ssh.knownHostsFile), accepted, "~/.ssh/known_hosts"].compactMap(\.self),
            label: node.name)
    }

    public func isRunning(_ node: Node) -> Bool { true }
    public func startTime(of vcenter: VCenter) -> Date? { nil }
    public func authority(of vcenter: VCenter) -> String? { nil }
    public func keep(_ node: Node, holding packages: [String]) {}
    public func remove(force: Bool) -> Bool? { nil }
    public func presence() -> Presence? { nil }
}
