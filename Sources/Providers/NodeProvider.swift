public import Foundation
public import SSH
public import Topology

/// Who makes the nodes of a lab, or knows where they are.
public protocol NodeProvider: Sendable {
    /// Whether nodes and vCenters are made with the lab and go with it. Of such a lab there is nothing to look at before, a
    /// node that was just started needs a moment to answer, and what packages brought can be kept for the next one.
    var makesNodes: Bool { get }

    /// Why this user can do nothing with the lab, and what to do; nil: nothing is in the way.
    var missingRight: (what: String, hint: String)? { get }

    /// Whether this machine can be what the lab asks of it.
    ///
    /// - Parameter installingMissing: installs what it lacks.
    func check(installingMissing: Bool) async throws

    /// Starts what does not run, after `check`.
    ///
    /// - Parameters:
    ///   - packages: by node, for nodes that can start with them.
    ///   - passwords: by vCenter, of its user.
    func raise(packages: [String: [String]], passwords: [String: Secret]) async throws

    /// Where a node is, how to log in there, and how its host key is known.
    func target(of node: Node) -> SSHTarget

    /// Whether a node runs, as far as that shows without asking it.
    func isRunning(_ node: Node) -> Bool

    /// When a vCenter was started; nil: it does not run, or nobody here knows.
    func startTime(of vcenter: VCenter) -> Date?

    /// The file of the authority that signed a vCenter's certificate; nil: it made none.
    func authority(of vcenter: VCenter) -> String?

    /// Keeps what a node is now for the next lab, by the packages that it has.
    func keep(_ node: Node, holding packages: [String]) async throws

    /// Removes everything that was made for the lab.
    ///
    /// - Parameter force: does not wait for nodes to shut down.
    /// - Returns: false: there was nothing; nil: nodes are not its to remove.
    func remove(force: Bool) async throws -> Bool?

    /// What it made on this machine; nil: nothing.
    func presence() async throws -> Presence?
}

/// What a provider has on this machine.
public struct Presence: Sendable, Equatable {
    /// Resident memory of each node in bytes, where it is known.
    public var memory: [String: Int64]
    /// Everything that `down` will remove, in words.
    public var parts: String

    /// What was found on this machine.
    public init(memory: [String: Int64], parts: String) { (self.memory, self.parts) = (memory, parts) }
}

/// Why a provider could not do something.
public protocol ProviderError: Error {
    var reason: String { get }
    var hint: String? { get }
    /// It touched nothing: the topology asks for something that it cannot be.
    var isRefusal: Bool { get }
}
