import Foundation
import Records
import Topology

/// A vCenter of the lab: the simulator, in a namespace with the addresses of the vCenter and of its ESXi hosts.
struct VCenterProcess: Sendable {
    var vcenter: VCenter
    var lab: Lab
    var paths: VCenterPaths
    var namespace: String
    /// The bridges of its guests.
    var switches: [String]
    var controlGroup: ControlGroup

    var running: ProcessRecord? {
        guard let record = ProcessRecord.read(paths.process), record.isAlive else { return nil }
        return record
    }

    /// Whether it listens (by its own word: it writes the file when it does and removes it when it starts) and was
    /// started with these settings.
    func isReady(with settings: Settings) -> Bool {
        guard running != nil, Files.exists(paths.ready), let text = Files.read(paths.configuration) else {
            return false
        }
        return (try? JSONDecoder().decode(Settings.self, from: Data(text.utf8))) == settings
    }

    func clear() async throws {
        try await controlGroup.killAll()
        try await controlGroup.remove()
        unlink(paths.process)
        unlink(paths.ready)
    }

    /// Starts it with a new configuration and waits until it answers. It makes its certificate the first time.
    func start(simulator: Simulator, settings: Settings) async throws {
        let doing = "start vCenter \(vcenter.name)"
        try Files.makeDirectory(paths.datastores)
        try Files.write(json: settings, to: paths.configuration, mode: 0o600)
        let process = DetachedProcess(
            command: [
                "nsenter", "--net=\(Namespace(namespace).path)", try simulator.program(), "-config",
                paths.configuration,
            ],
            controlGroup: controlGroup, record: paths.process, log: paths.log)
        let record = try await process.start(doing: doing)
        for _ in 0..<6000 {
            if Files.exists(paths.ready) { return }
            guard record.isAlive else { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw SandboxError(.process, doing: doing, reason: "it does not answer" + DetachedProcess.tail(of: paths.log))
    }

    /// The simulator's configuration; Resources/simulator/README.md describes it.
    struct Settings: Codable, Sendable, Equatable {
        struct Cluster: Codable, Sendable, Equatable {
            var name: String
            var hosts: [String]
        }
        struct TLS: Codable, Sendable, Equatable {
            var ca: String
            var certificate: String
            var key: String
        }
        /// How guests are run.
        struct Guests: Codable, Sendable, Equatable {
            var program: String
            var accelerator: String
            /// By port group; in the vCenter's namespace.
            var bridges: [String: String]
            var directory: String
        }
        var listen: String
        var user: String
        var password: String
        var version: String
        var datacenter: String
        var clusters: [Cluster]
        var datastoreDirectory: String
        var distributedPortGroups: [String]
        /// VLANs of port groups, by name; nil where all are untagged.
        var vlans: [String: Int]?
        var tls: TLS
        var wsdlDirectory: String
        var readyFile: String
        var guests: Guests

        enum CodingKeys: String, CodingKey {
            case listen, user, password, version, datacenter, clusters, vlans, tls, guests
            case datastoreDirectory = "datastore_directory"
            case distributedPortGroups = "distributed_port_groups"
            case wsdlDirectory = "wsdl_directory"
            case readyFile = "ready_file"
        }
    }

    private var vlans: [String: Int]? {
        let tagged = lab.networks.compactMap { network -> (String, Int)? in
            guard let group = network.portGroup, case .vlan(_, let id) = network.type else { return nil }
            return (group, id)
        }
        return tagged.isEmpty ? nil : Dictionary(tagged) { first, _ in first }
    }

    /// Port groups are those that the lab's networks name; `VM Network` is on every ESXi host anyway.
    func settings(wsdl: String, password: Secret) -> Settings {
        var groups: [String] = []
        for group in lab.networks.compactMap(\.portGroup) where group != "VM Network" && !groups.contains(group) {
            groups.append(group)
        }
        return Settings(
            listen: "\(vcenter.address):\(vcenter.port)", user: vcenter.username, password: password.reveal(),
            version: Simulator.version, datacenter: vcenter.datacenter,
            clusters: vcenter.clusters.map { .init(name: $0.clusterName, hosts: $0.hosts.map(\.description)) },
            datastoreDirectory: paths.datastores, distributedPortGroups: groups, vlans: vlans,
            tls: .init(ca: paths.ca, certificate: paths.certificate, key: paths.key), wsdlDirectory: wsdl,
            readyFile: paths.ready, guests: guests)
    }

    /// By translation, as every machine can: that /dev/kvm is there does not say that it works.
    private var guests: Settings.Guests {
        let bridges = lab.networks.compactMap { network -> (String, String)? in
            guard let group = network.portGroup, case .flat(let physical) = network.type else { return nil }
            let bridge = Names.bridge(ofGuestsIn: physical)
            return switches.contains(bridge) ? (group, bridge) : nil
        }
        return Settings.Guests(
            program: "qemu-system-x86_64", accelerator: "tcg", bridges: Dictionary(bridges) { first, _ in first },
            directory: paths.guests)
    }
}
