import Foundation
import HTTP
import Preflight
import Release
import SSH
import Testing
import Topology
import VSphere

/// The sandbox's simulated vCenter, or ESXi host, started for one test, and a lab that stands on it.
struct VCenter: Sendable {
    static let password = "Secret$1 <&>"

    let port: Int
    let directory: URL

    func path(_ name: String) -> String { directory.appending(path: name).path(percentEncoded: false) }

    /// - Parameter settings: keys of the simulator's configuration to add or replace.
    static func run(
        _ settings: [String: any Sendable] = [:], _ body: (VCenter) async throws -> Void
    ) async throws {
        let binary = try await Build.shared.binary()
        let directory = URL(filePath: NSTemporaryDirectory()).appending(
            path: "polyvisor-preflight-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: directory) }
        let vcenter = VCenter(
            port: Int.random(in: 32_100...32_700) + Int.random(in: 0...25) * 600, directory: directory)
        let process = try vcenter.start(binary, settings)
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        try await vcenter.waitUntilReady(process)
        try await body(vcenter)
    }

    private func start(_ binary: URL, _ settings: [String: any Sendable]) throws -> Process {
        try Data("<definitions/>".utf8).write(to: directory.appending(path: "vimService.wsdl"))
        let isESXi = settings["kind"] as? String == "esxi"
        var configuration: [String: Any] = [
            "listen": "127.0.0.1:\(port)", "user": "nova@vsphere.local", "password": VCenter.password,
            "version": "6.5.0", "datacenter": "dc1", "datastore_directory": path(""),
            "tls": ["ca": path("ca.pem"), "certificate": path("certificate.pem"), "key": path("key.pem")],
            "wsdl_directory": path(""), "ready_file": path("ready.json"),
        ]
        if !isESXi {
            configuration["clusters"] = [
                ["name": "cluster_a", "hosts": ["127.77.1.51", "127.77.1.52", "127.77.1.53"]]
            ]
            configuration["distributed_port_groups"] = ["dvpg-provider"]
            configuration["vlans"] = ["dvpg-provider": 120]
        }
        configuration.merge(settings) { $1 }
        let file = path("configuration.json")
        let text = try JSONSerialization.data(withJSONObject: configuration)
        _ = FileManager.default.createFile(atPath: file, contents: text, attributes: [.posixPermissions: 0o600])
        let log = directory.appending(path: "log")
        try Data().write(to: log)
        let process = Process()
        process.executableURL = binary
        process.arguments = ["-config", file]
        process.standardOutput = try FileHandle(forWritingTo: log)
        process.standardError = process.standardOutput
        try process.run()
        return process
    }

    private func waitUntilReady(_ process: Process) async throws {
        for _ in 0..<400 where process.isRunning {
            if FileManager.default.fileExists(atPath: path("ready.json")) { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        let log = try String(contentsOf: directory.appending(path: "log"), encoding: .utf8)
        throw Failure(reason: "the simulator did not start: \(log)")
    }
}

struct Failure: Error, CustomStringConvertible {
    let reason: String
    var description: String { reason }
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
                username: nova@vsphere.local
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
            throw Failure(reason: "\(error)")
        }
    }

    func preflight(
        _ lab: Lab, password: String = VCenter.password, nodes: Bool = false, limit: [String] = [],
        node: @escaping Preflight.Access.NodeCommand = { name, _, _ in throw Failure(reason: "no node \(name) here") }
    ) throws -> Preflight {
        var options = Preflight.Options()
        options.looksAtNodes = nodes
        options.limit = limit
        let access = Preflight.Access(
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
                    credentials: VCenterCredentials(username: "nova@vsphere.local", password: password), tls: tls,
                    timeout: .seconds(20))
            }, node: node, kvm: { _ in .usable })
        return Preflight(of: lab, release: try Release(named: lab.release), through: access, options: options)
    }

    /// What is found with a lab's nodes left aside, as `check: object`.
    func findings(_ lab: Lab, password: String = VCenter.password) async throws -> [Seen] {
        try await preflight(lab, password: password).run().findings.map {
            Seen($0.result.check, $0.finding.level, $0.finding.object, $0.finding.found)
        }
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

/// Builds the simulator once for all tests and runs, as the first build takes half a minute.
actor Build {
    static let shared = Build()

    /// Why it cannot be built here; nil if it can.
    static let obstacle: Comment? =
        FileManager.default.isExecutableFile(atPath: "/usr/bin/go")
            && FileManager.default.fileExists(atPath: "/usr/share/gocode/src/github.com/vmware/govmomi")
        ? nil : "needs the Debian packages golang-go and golang-github-vmware-govmomi-dev"

    private var built: URL?

    func binary() throws -> URL {
        if let built { return built }
        let environment = ProcessInfo.processInfo.environment
        let cache = URL(filePath: environment["POLYVISOR_TEST_CACHE"] ?? "/var/cache/polyvisor-tests")
        try FileManager.default.createDirectory(at: cache, withIntermediateDirectories: true)
        let binary = cache.appending(path: "preflight-simulator-\(ProcessInfo.processInfo.processIdentifier)")
        let sources = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/Sandbox/Resources/simulator").standardized
        let settings = [
            "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "CGO_ENABLED": "0",
            "GOCACHE": cache.appending(path: "go-build").path,
        ]
        let go = Process()
        go.executableURL = URL(filePath: "/usr/bin/go")
        go.arguments = ["build", "-trimpath", "-o", binary.path, "."]
        go.currentDirectoryURL = sources
        go.environment = environment.merging(settings) { $1 }
        try go.run()
        go.waitUntilExit()
        guard go.terminationStatus == 0 else { throw Failure(reason: "go build failed") }
        let kept = cache.appending(path: "preflight-simulator")
        guard rename(binary.path, kept.path) == 0 else { throw Failure(reason: "rename \(binary.path)") }
        built = kept
        return kept
    }
}
