import Foundation
import Testing
import VCenterSimulator

@testable import Preflight

/// Runs a script here as it would run on a node.
func local(_ shell: String, _ script: String) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/\(shell)")
    process.arguments = ["-s"]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(script.utf8))
    try input.fileHandleForWriting.close()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text
}

@Suite("What a node says of itself")
struct NodeScriptTests {
    @Test("is read by a script that runs in any shell")
    func here() throws {
        let script = NodeScript(
            packages: ["base-files"], ports: [1], names: ["localhost", "no.such.name.invalid"],
            interfaces: ["lo", "nosuch0"])
        let sent = Date().timeIntervalSince1970
        let facts = NodeFacts(
            parsing: try local("sh", script.text), sent: sent, received: Date().timeIntervalSince1970)
        #expect(facts.system?.isEmpty == false && !facts.systemVersion.isEmpty)
        #expect(facts.userID == Int(getuid()))
        #expect(try #require(facts.memory) > 100 && #require(facts.freeDisk) > 0)
        #expect(facts.clockAhead == 0)
        #expect(facts.missingPackages.isEmpty && facts.sourcesSeen == 0)
        #expect(facts.addresses["localhost"] == .some("127.0.0.1"))
        #expect(facts.addresses["no.such.name.invalid"] == .some(nil))
        #expect(facts.interfaces["lo"] == .init(exists: true, addresses: ["127.0.0.1/8"]))
        #expect(facts.interfaces["nosuch0"] == .init(exists: false))
    }

    @Test(
        "asks apt's sources where a package is missing",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/lib/apt/apt-helper"), "needs apt"))
    func sources() throws {
        let script = NodeScript(packages: ["no-such-package"], ports: [], names: [], interfaces: [])
        // Foundation starts children with SIGCHLD blocked, in which dash's `wait` waits for ever; sshd does not.
        let facts = NodeFacts(parsing: try local("bash", script.text), sent: 0, received: 1e12)
        #expect(facts.missingPackages == ["no-such-package"])
        #expect(facts.sourcesSeen > 0)
        #expect(facts.unreachableSources.isEmpty, "\(facts.unreachableSources)")
    }

    @Test("tells why a source does not answer")
    func deadSource() {
        let line = "source http://192.0.2.1/debian/dists/x/InRelease status 100: E: Failed to fetch"
        let facts = NodeFacts(parsing: line + "\nsource http://a/InRelease \n", sent: 0, received: 0)
        #expect(facts.sourcesSeen == 2)
        #expect(Array(facts.unreachableSources.keys) == ["http://192.0.2.1/debian/dists/x/InRelease"])
    }

    @Test("says who listens on a port")
    func listener() throws {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> UInt16 in
                guard bind(socket, address, length) == 0, listen(socket, 1) == 0 else { return 0 }
                getsockname(socket, address, &length)
                return pointer.pointee.sin_port.bigEndian
            }
        }
        try #require(port != 0)
        let script = NodeScript(packages: [], ports: [Int(port)], names: [], interfaces: [])
        let facts = NodeFacts(parsing: try local("sh", script.text), sent: 0, received: 1e12)
        #expect(facts.listeners[Int(port)]?.program.isEmpty == false)
    }

    @Test("tells a clock that is certainly ahead or behind from a slow answer")
    func clock() {
        func ahead(_ first: Double, _ last: Double) -> Double? {
            NodeFacts(parsing: "now \(first)\nnow \(last)\n", sent: 100, received: 110).clockAhead
        }
        #expect(ahead(101, 109) == 0)
        #expect(ahead(161, 169) == 59)
        #expect(ahead(41, 49) == -59)
    }

    @Test("survives an answer that is none")
    func nonsense() {
        for text in ["", "now\n\nport\nname", "memory x\nport a b", "\u{0}\u{1B}[2J\nos"] {
            let facts = NodeFacts(parsing: text, sent: 0, received: 1)
            #expect(facts.clockAhead == nil && facts.memory == nil && facts.userID == nil)
        }
    }
}

@Suite("What a node sees of a vCenter", .needsSimulator)
struct OutlookTests {
    @Test("is names, ports and the certificate")
    func here() async throws {
        try await VCenter.run { vcenter in
            let shut = try ShutPort()
            let script = OutlookScript(
                server: "127.0.0.1", port: vcenter.port,
                hosts: ["127.77.1.51", "no.such.name.invalid", "$(touch \(vcenter.path("touched")))'"],
                hostPorts: [vcenter.port, shut.port], looksAtCertificate: true)
            let seen = script.outlooks(parsing: try local("bash", script.text))
            #expect(
                seen.targets[0] == HostOutlook(name: "127.0.0.1", address: "127.0.0.1", ports: [vcenter.port: .open]))
            #expect(seen.targets[1].ports == [vcenter.port: .open, shut.port: .refused])
            #expect(seen.targets[2].address == nil)
            #expect(!FileManager.default.fileExists(atPath: vcenter.path("touched")))
            let shown = try await HTTPCertificate.sha256(vcenter.port)
            #expect(seen.pem.flatMap(HTTPCertificate.digest) == shown)
        }
    }

    @Test("has findings of its own: a name that the node does not know, a port that is shut, another certificate")
    func faults() async throws {
        try await VCenter.run { vcenter in
            let lab = try vcenter.lab()
            let node = try #require(lab.nodes.last)
            func found(_ change: (inout Outlook) -> Void) throws -> [String] {
                var outlook = Outlook(
                    setting: try vcenter.preflight(lab).setting, node: node,
                    server: VSphereServer(lab.vcenters[0], file: "lab.yaml"),
                    certificate: nil,
                    hosts: [
                        HostOutlook(
                            name: "esx1", address: "192.0.2.51",
                            ports: [vcenter.port: .open, 5900: .refused, 6000: .silent])
                    ],
                    itself: HostOutlook(name: "127.0.0.1", address: "127.0.0.1", ports: [vcenter.port: .open]),
                    pem: nil,
                    isProxy: true, isCompute: true)
                change(&outlook)
                return Check.all.flatMap { check -> [String] in
                    guard case .outlook(let examine) = check.examine else { return [] }
                    return examine(outlook).map { _ in check.name }
                }
            }
            #expect(try found { _ in } == [])
            #expect(try found { $0.hosts[0].address = nil } == ["esxi-names"])
            #expect(try found { $0.hosts[0].ports[vcenter.port] = .silent } == ["esxi-https"])
            #expect(try found { $0.hosts[0].ports[5900] = .silent } == ["esxi-vnc"])
            #expect(try found { $0.itself.ports[vcenter.port] = .refused } == ["vcenter-from-node"])
            let controller = try #require(lab.nodes.first)
            func atController(_ datastores: [String]) throws -> [String] {
                try found {
                    ($0.node, $0.isCompute) = (controller, false)
                    $0.setting.lab.vcenters[0].imageDatastores = datastores
                    $0.itself.ports[vcenter.port] = .refused
                }
            }
            #expect(try atController([]) == [])
            #expect(try atController(["shared-1"]) == ["vcenter-from-node"])
            let certificate = try await HTTPCertificate.read(vcenter.port)
            #expect(
                try found {
                    $0.certificate = certificate; $0.pem = certificate.pem
                } == [])
            #expect(try found { $0.certificate = certificate } == ["certificate-from-node"])
            let other = try await otherCertificate()
            #expect(
                try found {
                    $0.certificate = certificate; $0.pem = other
                } == ["certificate-from-node"])
        }
    }

    private func otherCertificate() async throws -> String {
        var pem = ""
        try await VCenter.run { pem = try await HTTPCertificate.read($0.port).pem }
        return pem
    }
}

/// A port that nobody can listen on for as long as this lives: it is taken, and refuses connections.
final class ShutPort {
    let port: Int
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let own = descriptor
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(own, $0, length) == 0 && getsockname(own, $0, &length) == 0
            }
        }
        guard isBound else { throw SimulatorFailure(reason: "no port is free") }
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(descriptor) }
}
