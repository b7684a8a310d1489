import Access
import Foundation
import HTTP
import Release
import SSH
import Topology
public import VSphere
import Wording

/// What all checks may look at beside their own object.
struct Setting: Sendable {
    var lab: Lab
    var release: Release
}

/// A vSphere server as this machine sees it.
struct ServerSight: Sendable {
    var setting: Setting
    var server: VSphereServer
    /// What it showed; nil where no handshake came about.
    var certificate: ServerCertificate?
    /// Why we were not let in.
    var failure: VSphereError?
    /// What exactly is wrong with the certificate, where that is why.
    var certificateProblem: HTTPError.CertificateProblem?
    var facts: ServerFacts?
    /// When it was looked at.
    var time: Date
}

/// What a vSphere server tells those whom it lets in.
public struct ServerFacts: Sendable {
    public var about: AboutInfo
    public var inventory: Inventory
    /// By how many seconds its clock is ahead of ours, as far as that is certain; negative: behind.
    var clockAhead: Double
    /// What the account lacks, by object; nil where the server would not say.
    var privileges: [PrivilegeReport]?
    /// Of the hosts that Nova drives, by host; without those that do not tell.
    var firewalls: [ManagedObjectReference: HostFirewall]
}

/// What one nova-compute drives, with everything of it that was read.
struct ComputeSight: Sendable {
    var setting: Setting
    var server: VSphereServer
    var facts: ServerFacts
    /// As the topology has it; nil for a single ESXi host.
    var wanted: Cluster?
    /// nil for a single ESXi host, and where there is none of the name.
    var cluster: ClusterComputeResource?
    var hosts: [HostSystem]
    var datastores: [Datastore]
    var networks: [Network]

    var object: String { cluster.map { "cluster \(quoted($0.name))" } ?? "ESXi host \(server.address)" }
    var isAlone: Bool { wanted == nil }
    var usableHosts: [HostSystem] { hosts.filter(\.isUsable) }

    /// Whether the expression of the topology lets Nova use a datastore, as far as it can be judged here.
    func takes(_ datastore: Datastore) -> Bool { wanted.map { $0.takes(datastore.name) == true } ?? true }
}

/// A node as this machine sees it.
struct NodeSight: Sendable {
    var setting: Setting
    var node: Node
    /// Why we were not let in.
    var failure: (any Error)?
    var facts: NodeFacts?

    var object: String { "node \(node.name) (\(node.address))" }
    /// What is to run there.
    var setup: NodeSetup { setting.release.setup(of: node, in: setting.lab) }
}

/// A vSphere server and its ESXi hosts as a node sees them.
struct Outlook: Sendable {
    var setting: Setting
    var node: Node
    var server: VSphereServer
    /// What this machine was shown.
    var certificate: ServerCertificate?
    /// By name as vCenter has it.
    var hosts: [HostOutlook]
    /// The server itself.
    var itself: HostOutlook
    /// In PEM, as the node was shown it; nil where the node has no program to look with.
    var pem: String?
    /// Whether the node's novncproxy is what browsers reach consoles by.
    var isProxy: Bool
    /// Whether a nova-compute there drives this server.
    var isCompute: Bool

    /// Whether Glance there has a store for datastores of this server.
    var keepsImages: Bool {
        node.roles.contains(.controller) && setting.lab.vcenter(server.name)?.imageDatastores.isEmpty == false
    }
}

/// A machine as a node sees it.
struct HostOutlook: Sendable, Equatable {
    var name: String
    /// What the name resolves to there; nil where it does not.
    var address: String?
    /// How TCP connections to ports went.
    var ports: [Int: Reach] = [:]

    enum Reach: Sendable, Equatable {
        case open, refused, silent
        case failed(String)
    }
}
