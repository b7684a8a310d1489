import Foundation
import Records
import Testing

@testable import Sandbox
@testable import Topology

extension LabsOnThisMachine {
    /// What a kill at a bad moment leaves, and what must be refused.
    @Suite("a sandbox after trouble", .serialized)
    struct SandboxRepairTests {
        @Test("a run that was cut short at any step goes on, and a node that died is started again")
        func resumes() async throws {
            let lab = try LabFixture.lab("t2", subnet: 2)
            let before = try await Machine.look("t2")
            try await LabFixture.withSandbox(lab, force: true) { sandbox in
                try await sandbox.prepareBase()
                // Registered, and killed while making the first namespace: a file without its mount.
                _ = try await Admission(lab: lab, paths: sandbox.paths).register()
                try Files.makeDirectory("/run/netns")
                try Files.write("", to: "/run/netns/pv-t2")
                try await sandbox.raiseNetwork()
                // Killed while connecting a node.
                try await Namespace("pv-t2.n1").make()
                try await sandbox.startNodes()
                let shell = NodeShell(sandbox, lab.nodes[0])
                try await shell.waitUntilItAnswers()
                try await expectRestart(sandbox, lab, shell)
            }
            #expect(try await Machine.look("t2") == before)
        }

        private func expectRestart(_ sandbox: Sandbox, _ lab: Lab, _ shell: NodeShell) async throws {
            let record = try #require(ProcessRecord.read(sandbox.labPaths.node("n1").process))
            _ = try await shell.run("echo kept >/root/file; ip link add br9 type bridge; sync")
            record.send(SIGKILL)
            #expect(try await record.waitForEnd(atMost: .seconds(10)))
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
            let lab = try LabFixture.lab("t3", subnet: 3, nodes: 1)
            let sandbox = Sandbox(lab: lab)
            let before = try await Machine.look("t3")
            #expect(try await !sandbox.tearDown())
            try await sandbox.up(installingMissing: false)
            let record = try #require(ProcessRecord.read(sandbox.labPaths.node("n1").process))
            record.send(SIGKILL)
            _ = try await record.waitForEnd(atMost: .seconds(10))
            _ = try MountTable.unmount(below: sandbox.labPaths.directory)
            try await Namespace("pv-t3.n1").remove()
            try await Files.removeTree(sandbox.labPaths.nodes)
            #expect(try await sandbox.tearDown())
            #expect(try await !sandbox.tearDown())
            #expect(try await Machine.look("t3") == before)
        }

        @Test("two labs side by side know nothing of each other's end")
        func twoLabs() async throws {
            let first = try LabFixture.lab("t4", subnet: 4, nodes: 1)
            let second = try LabFixture.lab("t4-b", subnet: 5, nodes: 1)
            let before = try await Machine.look("t4", "t4-b")
            try await LabFixture.withSandbox(first, force: true) { one in
                try await LabFixture.withSandbox(second, force: true) { two in
                    async let a: Void = one.up(installingMissing: false)
                    async let b: Void = two.up(installingMissing: false)
                    _ = try await (a, b)
                    let shell = NodeShell(two, second.nodes[0])
                    try await shell.waitUntilItAnswers()
                    try await one.tearDown(force: true)
                    #expect(try await one.leftovers().isEmpty)
                    #expect(two.isRunning(second.nodes[0]))
                    #expect(
                        try await shell.run(
                            "getent hosts deb.debian.org >/dev/null && curl -sfI http://deb.debian.org/ >/dev/null"
                        ).status == 0)
                }
            }
            #expect(try await Machine.look("t4", "t4-b") == before)
        }

        @Test("names and networks of others are refused, before anything is made")
        func refusals() async throws {
            let before = try await Machine.look("t6")
            var lab = try LabFixture.lab("t6", subnet: 6, nodes: 1)
            try await Namespace("pv-t6").make()
            #expect(try await refusal(lab)?.kind == .inUse)
            try await Namespace("pv-t6").remove()
            let route = try #require(try await HostRoute.all().compactMap(\.network).first { $0.prefixLength == 24 })
            lab.management.cidr = route
            lab.nodes[0].address = IPv4Address(bits: route.base.bits + 77)
            #expect(try await refusal(lab)?.reason.contains("\(route)") == true)
            umount2("/run/netns", 0)
            #expect(try await Machine.look("t6") == before)
        }

        @Test("other addresses for a lab that exists are refused")
        func changed() async throws {
            var lab = try LabFixture.lab("t7", subnet: 7, nodes: 1)
            try await LabFixture.withSandbox(lab, force: true) { sandbox in
                try await sandbox.raiseNetwork()
                lab.nodes[0].address = try #require(IPv4Address("10.201.7.99"))
                #expect(try await refusal(lab)?.kind == .changed)
            }
        }

        private func refusal(_ lab: Lab) async throws -> SandboxError? {
            do { try await Sandbox(lab: lab).raiseNetwork() } catch let error as SandboxError { return error }
            return nil
        }
    }
}
