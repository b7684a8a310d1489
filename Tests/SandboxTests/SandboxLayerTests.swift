import Foundation
import Testing

@testable import Sandbox
@testable import Topology

extension LabsOnThisMachine {
    @Suite("what packages made is kept", .serialized)
    struct SandboxLayerTests {
        /// Things that an overlay stores in its own ways: a package, a removed file, a replaced directory, a hard link.
        static let change = """
            set -e; apt-get install -y -q tree >/dev/null
            rm /usr/share/bug/procps/presubj; rm -r /usr/share/bug/udev; mkdir /usr/share/bug/udev; echo mine >/usr/share/bug/udev/file
            echo linked >/usr/local/a; ln /usr/local/a /usr/local/b; mkdir -p /var/log/service; echo x >/var/log/service/log
            chown 101 /var/log/service; setfattr --version >/dev/null 2>&1 || true; hostname >/root/who
            """

        @Test("a second lab starts with the packages of the first, but as itself", arguments: [false, true])
        func reuse(restarting: Bool) async throws {
            let first = try await LabFixture.free("t8")
            let key = "test-\(UUID().uuidString)"
            let layer = "/var/lib/polyvisor/layers/\(key)"
            try await LabFixture.withSandbox(first, force: true) { sandbox in
                try await sandbox.up(installingMissing: false)
                let shell = NodeShell(sandbox, first.nodes[0])
                try await shell.waitUntilItAnswers()
                let changed = try await shell.run(Self.change)
                #expect(changed.status == 0, "\(changed.complaints)")
                #expect(try await sandbox.keepLayer(from: first.nodes[0], as: key, restarting: restarting))
                #expect(try await !sandbox.keepLayer(from: first.nodes[0], as: key, restarting: restarting))
                try await shell.waitUntilItAnswers()
                #expect(try await sandbox.status().nodes.map(\.startedOnLayer) == [restarting, false])
                #expect(
                    try await shell.run("tree --version >/dev/null && cat /root/who && hostname").output == "n1\nn1\n")
                try await expectSharedDownload(sandbox, first)
            }
            do { try await expectReuse(key) } catch {
                try await Files.removeTree(layer)
                throw error
            }
            try await Files.removeTree(layer)
            unlink("\(layer).lock")
            unlink("\(layer).log")
        }

        /// The other node installs the same package without a network.
        private func expectSharedDownload(_ sandbox: Sandbox, _ lab: Lab) async throws {
            try sandbox.shareDownloads()
            let shell = NodeShell(sandbox, lab.nodes[1])
            let installed = try await shell.run("apt-get install -y -q --no-download tree")
            #expect(installed.status == 0, "\(installed.complaints)")
        }

        private func expectReuse(_ key: String) async throws {
            let lab = try await LabFixture.free("t8-b", nodes: 1)
            try await LabFixture.withSandbox(lab, force: true) { sandbox in
                try await sandbox.up(installingMissing: false, layers: ["n1": key])
                let shell = NodeShell(sandbox, lab.nodes[0])
                try await shell.waitUntilItAnswers()
                let checks = [
                    "dpkg -s tree | grep -c '^Status: install ok installed'": "1\n",
                    "tree --version | cut -d' ' -f1": "tree\n",
                    "ls /usr/share/bug/procps /usr/share/bug/udev":
                        "/usr/share/bug/procps:\n\n/usr/share/bug/udev:\nfile\n",
                    "stat -c %h /usr/local/a": "2\n",
                    "ls /var/log/service | wc -l; stat -c %u /var/log/service": "0\n101\n",
                    "cat /root/who": "n1\n", "hostname": "n1\n", "systemctl is-system-running --wait": "running\n",
                    "ls /var/cache/apt/archives/*.deb | wc -l | tr -d 0-9": "\n",
                ]
                for (command, output) in checks { #expect(try await shell.run(command).output == output, "\(command)") }
                #expect(try await sandbox.status().nodes[0].startedOnLayer)
            }
        }
    }
}
