import Foundation
import Testing

@testable import Sandbox
@testable import Topology

extension LabsOnThisMachine {
    /// Real namespaces, containers and a real simulator; the Debian base is made once and kept.
    @Suite("a sandbox on this machine", .serialized)
    struct SandboxTests {
        @Test("two nodes and a vCenter come up, know each other and the world, and leave nothing")
        func wholeLab() async throws {
            var lab = try await LabFixture.free("t1")
            let network = lab.management.cidr
            lab.vcenters = [LabFixture.vcenter("vc1", in: network)]
            lab.sharesInstancesPath = true
            try await LabFixture.withSandbox(lab) { sandbox in
                try await sandbox.up(installingMissing: false, passwords: ["vc1": Secret("Pa$$word 1")])
                let first = NodeShell(sandbox, lab.nodes[0])
                try await first.waitUntilItAnswers()
                #expect(try await first.run("hostname; id -u").output == "n1\n0\n")
                #expect(try await first.run("systemctl is-system-running --wait").output == "running\n")
                #expect(
                    try await first.run("ping -c3 -W9 \(network.address(12)) && ping -c3 -W9 \(network.address(51))")
                        .status == 0)
                #expect(try await first.run("apt-get update -q").status == 0)
                // A setting of the host's kernel must not be a node's to change; its own network's must.
                #expect(try await first.run("sysctl -w kernel.pid_max=40000").status != 0)
                #expect(try await first.run("sysctl -w net.ipv4.ip_forward=1").status == 0)
                try await expectVCenter(sandbox, lab)
                try await expectSharedFolder(sandbox, lab, first)

                let again = EventLog()
                let repeated = Sandbox(lab: lab, listener: again.add)
                try await repeated.up(installingMissing: false, passwords: ["vc1": Secret("Pa$$word 1")])
                #expect(again.events.filter { $0.state == .finished } == [])
                let status = try await sandbox.status()
                #expect(status.nodes.map(\.isRunning) == [true, true] && status.vcenters.map(\.isReady) == [true])
            }
            #expect(try await Traces.of(lab.name) == .none)
            #expect(try await Sandbox(lab: lab).leftovers().isEmpty)
        }

        /// What one node writes into the folder of instances the other one reads; and that is settled for the lab's life.
        private func expectSharedFolder(_ sandbox: Sandbox, _ lab: Lab, _ first: NodeShell) async throws {
            let second = NodeShell(sandbox, lab.nodes[1])
            try await second.waitUntilItAnswers()
            let path = "/var/lib/nova/instances"
            #expect(try await first.run("install -d -o 4711 \(path); echo shared > \(path)/file").status == 0)
            #expect(try await second.run("cat \(path)/file; stat -c %u \(path)").output == "shared\n4711\n")
            var other = lab
            other.sharesInstancesPath = false
            let error = await #expect(throws: SandboxError.self) {
                try await Admission(lab: other, paths: sandbox.paths).register()
            }
            #expect(error?.kind == .changed && error?.reason.contains("shared_instances_path") == true)
        }

        /// The certificate that the simulator made is trusted by its CA and good for the ESXi addresses too.
        private func expectVCenter(_ sandbox: Sandbox, _ lab: Lab) async throws {
            let ca = sandbox.caCertificate(of: lab.vcenters[0])
            for address in [50, 51].map(lab.management.cidr.address) {
                let page = try await HostCommand(
                    "curl", "-sS", "--cacert", ca, "-o", "/dev/null", "-w", "%{http_code}",
                    "https://\(address)/sdk/vimService.wsdl"
                ).run(doing: "ask \(address)")
                #expect(page == "200")
            }
            let configuration = sandbox.labPaths.vcenter("vc1").configuration
            let mode = try FileManager.default.attributesOfItem(atPath: configuration)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }
}
