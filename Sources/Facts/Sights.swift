package import Access
package import Foundation
package import HTTP
package import Release
import SSH
package import Topology
package import VSphere
import Wording

/// What everything that is seen is judged by: the lab, and the release that it is to run.
package struct LabSetting: Sendable {
    package var lab: Lab
    package var release: Release

    package init(lab: Lab, release: Release) { (self.lab, self.release) = (lab, release) }
}

/// A vSphere server as this machine sees it.
package struct ServerSight: Sendable {
    package var setting: LabSetting
    package var server: VSphereServer
    /// What it showed; nil where no handshake came about.
    package var certificate: ServerCertificate?
    /// Why we were not let in.
    package var failure: VSphereError?
    /// What exactly is wrong with the certificate, where that is why.
    package var certificateProblem: HTTPError.CertificateProblem?
    package var facts: ServerFacts?
    /// When it was looked at.
    package var time: Date

    package init(setting: LabSetting, server: VSphereServer, time: Date) {
        (self.setting, self.server, self.time) = (setting, server, time)
    }
}

/// What a vSphere server tells those whom it lets in.
package struct ServerFacts: Sendable {
    package var about: AboutInfo
    package var inventory: Inventory
    /// By how many seconds its clock is ahead of this machine's, as far as that is certain; negative: behind.
    package var clockAhead: Double
    /// What the account lacks, by object; nil where the server would not say.
    package var privileges: [PrivilegeReport]?
    /// Of the hosts that Nova drives, by host; without those that do not tell.
    package var firewalls: [ManagedObjectReference: HostFirewall]

    package init(
        about: AboutInfo, inventory: Inventory, clockAhead: Double, privileges: [PrivilegeReport]?,
        firewalls: [ManagedObjectReference: HostFirewall]
    ) {
        (self.about, self.inventory, self.clockAhead) = (about, inventory, clockAhead)
        (self.privileges, self.firewalls) = (privileges, firewalls)
    }
}

/// What one nova-compute drives, with everything of it that was read.
package struct ComputeSight: Sendable {
    package var setting: LabSetting
    package var server: VSphereServer
    package var facts: ServerFacts
    /// As the topology has it; nil for a single ESXi host.
    package var wanted: Cluster?
    /// nil for a single ESXi host, and where there is none of the name.
    package var cluster: ClusterComputeResource?
    package var hosts: [HostSystem]
    package var datastores: [Datastore]
    package var networks: [Network]

    /// A cluster of a vCenter.
    package init(_ wanted: Cluster, _ cluster: ClusterComputeResource, of sight: ServerSight, _ facts: ServerFacts) {
        (setting, server, self.facts) = (sight.setting, sight.server, facts)
        (self.wanted, self.cluster) = (wanted, cluster)
        hosts = facts.inventory.hosts(of: cluster)
        datastores = facts.inventory.datastores(of: cluster)
        networks = facts.inventory.networks(of: cluster)
    }

    /// A single ESXi host.
    package init(esxi sight: ServerSight, _ facts: ServerFacts) {
        (setting, server, self.facts) = (sight.setting, sight.server, facts)
        (hosts, datastores) = (facts.inventory.hosts, facts.inventory.datastores)
        networks = facts.inventory.networks
    }

    package var object: String { cluster.map { "cluster \(quoted($0.name))" } ?? "ESXi host \(server.address)" }
    package var isAlone: Bool { wanted == nil }
    package var usableHosts: [HostSystem] { hosts.filter(\.isUsable) }

    /// The datastores that the topology lets Nova use.
    package var datastoresForNova: DatastoresForNova {
        DatastoresForNova(among: datastores, matching: wanted?.datastoreRegex)
    }
}

/// A node as this machine sees it.
package struct NodeSight: Sendable {
    package var setting: LabSetting
    package var node: Node
    /// Why we were not let in.
    package var failure: NodeFailure?
    package var facts: NodeFacts?

    init(setting: LabSetting, node: Node) { (self.setting, self.node) = (setting, node) }

    package var object: String { "node \(node.name) (\(node.address))" }
    /// What is to run there.
    package var setup: NodeSetup { setting.release.setup(of: node, in: setting.lab) }
}

/// Why a node did not let us in.
package struct NodeFailure: Sendable {
    package enum Kind: Sendable { case noShell, noisyShell, timeout, other }

    package var kind: Kind
    package var reason: String
    /// What to do, where the way to the node knows it.
    package var hint: String?

    init(_ error: any Error) {
        let known = error as? SSHError
        kind =
            switch known?.kind {
            case .noShell: .noShell
            case .noisyShell: .noisyShell
            case .timeout: .timeout
            default: .other
            }
        reason = known.map { "\($0.doing): \($0.reason)" } ?? (error as? NotRead)?.reason ?? "\(error)"
        hint = known?.hint
    }
}

/// A vSphere server and its ESXi hosts as a node sees them.
package struct Outlook: Sendable {
    package var setting: LabSetting
    package var node: Node
    package var server: VSphereServer
    /// What this machine was shown.
    package var certificate: ServerCertificate?
    /// By name as vCenter has it.
    package var hosts: [HostOutlook]
    /// The server itself.
    package var itself: HostOutlook
    /// In PEM, as the node was shown it; nil where the node has no program to look with.
    package var pem: String?
    /// Whether the node's novncproxy is what browsers reach consoles by.
    package var isProxy: Bool
    /// Whether a nova-compute there drives this server.
    package var isCompute: Bool

    package init(
        setting: LabSetting, node: Node, server: VSphereServer, certificate: ServerCertificate?, hosts: [HostOutlook],
        itself: HostOutlook, pem: String?, isProxy: Bool, isCompute: Bool
    ) {
        (self.setting, self.node, self.server, self.certificate) = (setting, node, server, certificate)
        (self.hosts, self.itself, self.pem) = (hosts, itself, pem)
        (self.isProxy, self.isCompute) = (isProxy, isCompute)
    }

    /// Two ports for consoles: the range of Nova's guide begins with 5900, and a refusal proves the way as well as an answer.
    package static let consolePorts = [5900, 6000]
    /// Seconds after which a port that says nothing counts as silent.
    package static let patience = OutlookScript.secondPatience

    /// Whether Glance there has a store for datastores of this server.
    package var keepsImages: Bool {
        node.roles.contains(.controller) && setting.lab.vcenter(server.name)?.imageDatastores.isEmpty == false
    }
}

/// A machine as a node sees it.
package struct HostOutlook: Sendable, Equatable {
    package var name: String
    /// What the name resolves to there; nil where it does not.
    package var address: String?
    /// How TCP connections to ports went.
    package var ports: [Int: Reach] = [:]

    package init(name: String, address: String? = nil, ports: [Int: Reach] = [:]) {
        (self.name, self.address, self.ports) = (name, address, ports)
    }

    package enum Reach: Sendable, Equatable {
        case open, refused, silent
        case failed(String)
    }
}

/// What came of looking at a server from a node.
package struct OutlookSight: Sendable {
    package var node: String
    package var server: String
    package var result: Result<Outlook, NotRead>
}
