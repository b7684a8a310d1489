/// Where the sandbox keeps things, below its root (`/var/lib/polyvisor`).
struct Paths: Sendable, Equatable {
    var root: String

    var bases: String { "\(root)/base" }
    var layers: String { "\(root)/layers" }
    var downloads: String { "\(root)/downloads" }
    var simulators: String { "\(root)/simulator" }
    var labs: String { "\(root)/labs" }
    var hostRecord: String { "\(root)/host.json" }
    var hostLock: String { "\(root)/host.lock" }

    /// Kinds of kept directories and where they are.
    var kept: [(kind: String, parent: String)] { [("base", bases), ("layer", layers), ("simulator", simulators)] }

    func lab(_ name: String) -> LabPaths { LabPaths(directory: "\(labs)/\(name)") }
}

/// Where one lab keeps things.
struct LabPaths: Sendable, Equatable {
    var directory: String

    var record: String { "\(directory)/lab.json" }
    var ssh: String { "\(directory)/ssh" }
    var identity: String { "\(ssh)/id_ed25519" }
    var knownHosts: String { "\(ssh)/known_hosts" }
    var nodes: String { "\(directory)/nodes" }
    var vcenters: String { "\(directory)/vcenters" }
    /// What nodes with a shared `instances_path` have there.
    var instances: String { "\(directory)/instances" }

    func node(_ name: String) -> NodePaths { NodePaths(directory: "\(nodes)/\(name)") }
    func vcenter(_ name: String) -> VCenterPaths { VCenterPaths(directory: "\(vcenters)/\(name)") }
}

/// Where one node keeps things.
struct NodePaths: Sendable, Equatable {
    var directory: String

    /// What the node changed of the layers below it.
    var upper: String { "\(directory)/upper" }
    var work: String { "\(directory)/work" }
    /// Where its root file system is mounted.
    var root: String { "\(directory)/root" }
    /// The node's own /var/cache/apt/archives.
    var archives: String { "\(directory)/archives" }
    var devices: String { "\(directory)/devices" }
    var hostKeys: String { "\(directory)/host-keys" }
    var hostKey: String { "\(hostKeys)/ssh_host_ed25519_key" }
    var process: String { "\(directory)/process" }
    var console: String { "\(directory)/console.log" }
    /// The directories below the node's own, from the uppermost down to the base.
    var lowers: String { "\(directory)/lowers" }
    var machineID: String { "\(directory)/machine-id" }
}

/// Where one vCenter keeps things.
struct VCenterPaths: Sendable, Equatable {
    var directory: String

    var configuration: String { "\(directory)/simulator.json" }
    var datastores: String { "\(directory)/datastores" }
    /// What the QEMU of each guest says.
    var guests: String { "\(directory)/guests" }
    var ca: String { "\(directory)/ca.pem" }
    var certificate: String { "\(directory)/certificate.pem" }
    var key: String { "\(directory)/key.pem" }
    var ready: String { "\(directory)/ready.json" }
    var process: String { "\(directory)/process" }
    var log: String { "\(directory)/simulator.log" }
}
