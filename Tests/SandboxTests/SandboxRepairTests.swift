import Foundation
import Testing

@testable import Sandbox
@testable import Topology

extension LabsOnThisMachine {
    /// What a kill at a bad moment leaves, and what must be refused.
    @Suite("a sandbox after trouble", .serialized)
    struct SandboxRepairTests {
        @Test("a run that was cut short at any step goes on, and a node that died is started again")
        func resumes() async throws {
            let lab = try await LabFixture.free("t2")
            try await LabFixture.withSandbox(lab, force: true) { sandbox in
                try await sandbox.prepareBase()
                // Registered, and killed while making the first namespace: a file without its mount.
                _ = try await Admission(lab: lab, paths: sandbox.paths).register()
                try Files.makeDirectory("/run/netns")
                try Files.write("", to: "/run/netns/pv-\(lab.name)")
                try await sandbox.raiseNetwork()
                // Killed while connecting a node.
                try await Namespace("pv-\(lab.name).n1").make()
                try await sandbox.startNodes()
                let shell = NodeShell(sandbox, lab.nodes[0])
                try await shell.waitUntilItAnswers()
                try await expectRestart(sandbox, lab, shell)
            }
            #expect(try await Traces.of(lab.name) == .none)
        }

        private func expectRestart(_ sandbox: Sandbox, _ lab: Lab, _ shell: NodeShell) async throws {
            let record = try #require(ProcessRecord.read(sandbox.labPaths.node("n1").process))
            _ = try await shell.run("echo kept >/root/file; ip link add br9 type bridge; sync")
            record.send(SIGKILL)
            #expect(try await record.waitForEnd(atMost: .seconds(120)))
            #expect(!sandbox.isRunning(lab.nodes[0]) && sandbox.isRunning(lab.nodes[1]))
            try await sandbox.startNodes()
            try await shell.waitUntilItAnswers()
            #expect(try await shell.run("cat /root/file; ip link show br9").output == "kept\n")

            // A lost record: the container runs, but nobody knows its process.
            let lost = try #require(ProcessRecord.read(sandbox.labPaths.node("n1").process))
            unlink(sandbox.labPaths.node("n1").process)
            try await sandbox.startNodes()
            #expect(!lost.isAlive && sandbox.isRunning(lab.nodes[0]))
            try await shell.waitUntilItAnswers()
        }

        @Test("ending a lab that was half ended, or has no processes left, or is not there")
        func tearDownAgain() async throws {
            let lab = try await LabFixture.free("t3", nodes: 1)
            let sandbox = Sandbox(lab: lab)
            #expect(try await !sandbox.tearDown())
            try await sandbox.up(installingMissing: false)
            let record = try #require(ProcessRecord.read(sandbox.labPaths.node("n1").process))
            record.send(SIGKILL)
            _ = try await record.waitForEnd(atMost: .seconds(120))
            _ = try MountTable.unmount(below: sandbox.labPaths.directory)
            try await Namespace("pv-\(lab.name).n1").remove()
            try await Files.removeTree(sandbox.labPaths.nodes)
            #expect(try await sandbox.tearDown())
            #expect(try await !sandbox.tearDown())
            #expect(try await Traces.of(lab.name) == .none)
        }

        @Test("two labs side by side know nothing of each other's end")
        func twoLabs() async throws {
            let first = try await LabFixture.free("t4", nodes: 1)
            // Its name begins as the other's does.
            let second = try LabFixture.lab(first.name + "-b", in: try await LabFixture.freeNetwork(), nodes: 1)
            try await LabFixture.withSandbox(first, force: true) { one in
                try await LabFixture.withSandbox(second, force: true) { two in
                    async let a: Void = one.up(installingMissing: false)
                    async let b: Void = two.up(installingMissing: false)
                    _ = try await (a, b)
                    let shell = NodeShell(two, second.nodes[0])
                    try await shell.waitUntilItAnswers()
                    try await one.tearDown(force: true)
                    #expect(try await one.leftovers().isEmpty)
                    #expect(try await Traces.of(first.name) == .none)
                    #expect(two.isRunning(second.nodes[0]))
                    #expect(
                        try await shell.run(
                            "getent hosts deb.debian.org >/dev/null && curl -sfI --retry 5 --retry-all-errors http://deb.debian.org/ >/dev/null"
                        ).status == 0)
                }
            }
            #expect(try await Traces.of(second.name) == .none)
        }

        @Test("names and networks of others are refused, before anything is made")
        func refusals() async throws {
            var lab = try await LabFixture.free("t6", nodes: 1)
            try await Namespace("pv-\(lab.name)").make()
            #expect(try await refusal(lab)?.kind == .inUse)
            try await Namespace("pv-\(lab.name)").remove()
            try await withNeighbour(in: lab.management.cidr) { bridge in
                let reason = try await refusal(lab)?.reason
                #expect(reason?.contains("\(lab.management.cidr)") == true && reason?.contains(bridge) == true)
                lab.management.cidr = try await LabFixture.freeNetwork()
                lab.nodes[0].address = lab.management.cidr.address(11)
                try await LabFixture.withSandbox(lab, force: true) { try await $0.raiseNetwork() }
            }
            #expect(try await Traces.of(lab.name) == .none)
        }

        /// A bridge of somebody else's on this machine, with an address of a network.
        private func withNeighbour(in network: IPv4Network, _ body: (String) async throws -> Void) async throws {
            let bridge = "nb-" + UUID().uuidString.prefix(8).lowercased()
            try await HostCommand("ip", "link", "add", bridge, "type", "bridge").run(doing: "make a bridge")
            func remove() async throws { try await HostCommand("ip", "link", "del", bridge).run(doing: "remove it") }
            do {
                try await HostCommand("ip", "addr", "add", "\(network.address(1))/24", "dev", bridge).run(
                    doing: "name it")
                try await HostCommand("ip", "link", "set", bridge, "up").run(doing: "raise it")
                try await body(bridge)
            } catch {
                try await remove()
                throw error
            }
            try await remove()
        }

        @Test("other addresses for a lab that exists are refused")
        func changed() async throws {
            var lab = try await LabFixture.free("t7", nodes: 1)
            try await LabFixture.withSandbox(lab, force: true) { sandbox in
                try await sandbox.raiseNetwork()
                lab.nodes[0].address = lab.management.cidr.address(99)
                #expect(try await refusal(lab)?.kind == .changed)
            }
        }

        private func refusal(_ lab: Lab) async throws -> SandboxError? {
            do { try await Sandbox(lab: lab).raiseNetwork() } catch let error as SandboxError { return error }
            return nil
        }
    }
}
