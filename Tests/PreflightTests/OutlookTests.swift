import Access
import Foundation
import LocalShell
import Testing
import VCenterSimulator

@testable import Facts
@testable import Preflight

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
            let seen = script.outlooks(parsing: try localShell(script.text, in: "bash").output)
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
                    setting: try vcenter.preflight(lab).survey.setting, node: node,
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
