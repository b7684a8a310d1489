import Facts
import Foundation
import HTTP
import Preflight
import Release
import SSH
import Testing
import Topology
import VCenterSimulator
import VSphere

/// A simulated vCenter, or ESXi host, and a lab that stands on it.
struct VCenter: Sendable {
    static let password = Simulator.password

    private let simulator: Simulator

    var port: Int { simulator.port }
    var directory: URL { simulator.directory }

    func path(_ name: String) -> String { simulator.path(name) }

    /// - Parameter settings: keys of the simulator's configuration to add or replace.
    static func run(
        _ settings: [String: any Sendable] = [:], _ body: (VCenter) async throws -> Void
    ) async throws {
        let hosts = ["127.77.1.51", "127.77.1.52", "127.77.1.53"]
        let usual: [String: any Sendable] = [
            "clusters": [["name": "cluster_a", "hosts": hosts]] as [[String: any Sendable]],
            "distributed_port_groups": ["dvpg-provider"], "vlans": ["dvpg-provider": 120],
        ]
        let isESXi = settings["kind"] as? String == "esxi"
        try await Simulator.with((isESXi ? [:] : usual).merging(settings) { $1 }) {
            try await body(VCenter(simulator: $0))
        }
    }
}

extension VCenter {
    /// A lab whose vCenter this is.
    func lab(_ edit: (inout String) -> Void = { _ in }) throws -> Lab {
        var text = """
            lab: pre
            release: zed
            defaults: { ssh: { user: root, identity_file: /dev/null }, physical_interfaces: { physnet1: eth1 } }
            nodes:
              controller: { address: 192.0.2.10, roles: [controller, network] }
              vmware1: { address: 192.0.2.31, roles: [compute], hypervisor: vmware, clusters: [vc1/cluster_a] }
            vcenters:
              vc1:
                address: 127.0.0.1
                port: \(port)
                username: administrator@vsphere.local
                password: { env: VC1_PASSWORD }
                ca_file: \(path("ca.pem"))
                datacenter: dc1
                clusters:
                  cluster_a: { datastore_regex: '^shared-' }
            networks:
              management: { cidr: 192.0.2.0/24 }
              provider: { type: vlan, vlan: 120, physical_network: physnet1, cidr: 198.51.100.0/24, port_group: dvpg-provider }
            flavors:
              tiny: { vcpus: 1, ram_mb: 512, disk_gb: 1 }
            images:
              tiny: { builtin: tiny-guest, hypervisors: [vmware] }

            """
        edit(&text)
        do {
            return try Lab.read(text: text.utf8, file: "lab.yaml").lab
        } catch {
            throw SimulatorFailure(reason: "\(error)")
        }
    }

    func preflight(
        _ lab: Lab, password: String = VCenter.password, nodes: Bool = false, limit: [String] = [],
        grace: Duration = .zero,
        node: @escaping Survey.Access.NodeCommand = { name, _, _ in
            throw SimulatorFailure(reason: "no node \(name) here")
        }
    ) throws -> Trial {
        var options = Survey.Options()
        options.looksAtNodes = nodes
        options.limit = limit
        // What is planted here lasts.
        options.grace = grace
        let access = Survey.Access(
            endpoint: { server in
                let tls: TLSVerification =
                    switch server.trust {
                    case .caFile(let path): .caFile(path)
                    case .thumbprint(let pin): .thumbprint(pin)
                    case .insecure: .insecure
                    case .system, .sandbox: .system
                    }
                return VCenterEndpoint(
                    address: server.address, port: server.port,
                    credentials: VCenterCredentials(username: "administrator@vsphere.local", password: password),
                    tls: tls,
                    timeout: .seconds(20))
            }, node: node, kvm: { _ in .usable })
        return Trial(
            survey: Survey(of: lab, release: try Release(named: lab.release), through: access, options: options))
    }

    /// What is found with a lab's nodes left aside, as `check: object`.
    func findings(_ lab: Lab, password: String = VCenter.password) async throws -> [Seen] {
        try await preflight(lab, password: password).run().findings.map {
            Seen($0.result.check, $0.finding.level, $0.finding.object, $0.finding.found)
        }
    }
}

/// A survey and what preflight says of it, as a deployment puts them together.
struct Trial {
    var survey: Survey

    private var judgement: Judgement { Judgement(limit: survey.options.limit) }

    func run() async throws -> PreflightReport {
        let sights = try await survey.sights { judgement.again($0) }
        return judgement.report(on: sights, of: survey.setting, started: Date(), seconds: 0)
    }

    func capacity() async throws -> CapacityReport {
        judgement.capacity(of: survey.setting.lab, try await survey.servers())
    }
}

/// A finding as tests compare it.
struct Seen: Equatable, CustomStringConvertible {
    var check: String
    var level: Finding.Level
    var object: String
    var found: String

    init(_ check: String, _ level: Finding.Level, _ object: String, _ found: String) {
        self.check = check
        self.level = level
        self.object = object
        self.found = found
    }

    var description: String { "\(level) \(check): \(object): \(found)" }
}
