import Foundation
import OpenStack
import Synchronization
import Records
import Testing
import Topology
import VSphere

@testable import Verification

@Suite("verification of a cloud on loopback", .timeLimit(.minutes(2)))
struct VerificationTests {
    private func lab(_ hosts: [String], timeout: Int = 20) throws -> Lab {
        let nodes = hosts.enumerated().map { index, host in
            "  \(host): { address: 10.77.0.\(21 + index), roles: [compute], hypervisor: qemu }"
        }
        let text = """
            lab: loop
            release: zed
            provider: sandbox
            defaults: { physical_interfaces: { physnet1: eth1 } }
            nodes:
              controller: { address: 10.77.0.10, roles: [controller, network] }
            \(nodes.joined(separator: "\n"))
            networks:
              management: { cidr: 10.77.0.0/24 }
              provider: { type: flat, physical_network: physnet1, cidr: 10.78.0.0/24 }
            flavors: { tiny: { vcpus: 1, ram_mb: 128, disk_gb: 1 } }
            images: { tiny: { builtin: tiny-guest, hypervisors: [qemu] } }
            verify: { image: tiny, flavor: tiny, network: provider }
            """
        var lab = try Lab.read(text: Array(text.utf8), file: "loop.yaml").lab
        lab.verify.timeoutSeconds = timeout
        return lab
    }

    private func verification(
        _ lab: Lab, _ cloud: LoopbackCloud, _ change: (inout Verification.Options) -> Void = { _ in }
    ) -> Verification {
        var options = Verification.Options()
        // What is wrong here stays so; guests that meet wait for one another, as each comes or withdraws.
        options.grace = .none
        options.grace.meeting = .seconds(240)
        change(&options)
        let access = Verification.Access(cloud: cloud.cloud, images: Verification.Images(of: "tiny")) { vcenter in
            throw CheckFailure(layer: .vcenter, reason: "no vCenter \(vcenter.name) here")
        } node: { _, command in
            (
                0,
                command.contains("probe")
                    ? Self.probed(cloud, command)
                    : command.contains("ping") ? Self.reached(cloud) : command.contains("systemctl") ? "active\n" : "\n"
            )
        }
        return Verification(of: lab, through: access, options: options)
    }

    /// What a guest hears of others that are there.
    private static func probed(_ cloud: LoopbackCloud, _ command: String) -> String {
        let answers = cloud.instances.filter { command.contains("echo probe \($0.address) ") }.map {
            "POLYVISOR-GUEST PROBE peer=\($0.address) ping=0.61 instance=\($0.id)"
        }
        return (["POLYVISOR-GUEST IDENTITY address=10.78.0.14 instance=none asks=probe"] + answers)
            .joined(separator: "\n")
    }

    /// What the guests answer on the network.
    private static func reached(_ cloud: LoopbackCloud) -> String {
        let words = cloud.instances.map { "POLYVISOR-GUEST IDENTITY address=10.78.0.14 instance=\($0.id)" }
        return (["64 bytes from 10.78.0.14: icmp_seq=1 ttl=64 time=0.42 ms"] + words).joined(separator: "\n")
    }

    private func verdict(_ report: VerificationReport, _ host: String, _ check: CheckName) -> CheckVerdict? {
        report.hypervisors.first { $0.host == host }?.checks.first { $0.name == check }?.verdict
    }

    @Test("a sound cloud passes, and nothing is left in it")
    func sound() async throws {
        let cloud = try LoopbackCloud(["kvm1": .boots, "kvm2": .boots])
        let events = Mutex<[String]>([])
        let report = await verification(try lab(["kvm1", "kvm2"]), cloud) { $0.run = "3f9a1c20" }
            .run { event in events.withLock { $0.append(event.description) } }
        #expect(report.exitCode == 0, "\(report.table())")
        #expect(report.hypervisors.map(\.host) == ["kvm1", "kvm2"])
        let checks = report.hypervisors[0].checks
        #expect(
            verdict(report, "kvm1", .peers) == .passed("ping and TCP: kvm2 (KVM/QEMU) 0.61 ms"), "\(report.table())")
        #expect(verdict(report, "kvm1", .wayOut) == .passed("gateway 10.78.0.1 0.4 ms, DNS 10.78.0.2"))
        #expect(checks.allSatisfy { $0.verdict.isPassed || $0.name == .console }, "\(report.table())")
        #expect(
            checks.map(\.name) == [
                .serviceUp, .hypervisorType, .placementInventory, .image, .quota, .capacity, .networkAgents, .created,
                .active, .host, .guestReady, .guestAddress, .guestMetadata, .portBinding, .reach, .console, .peers,
                .wayOut, .deleted,
                .goneFromNova, .goneFromNeutron, .goneFromPlacement, .goneFromLibvirt,
            ])
        #expect(
            cloud.made.map(\.name).sorted() == ["polyvisor-verify-3f9a1c20-kvm1", "polyvisor-verify-3f9a1c20-kvm2"])
        let marks = cloud.made.compactMap { RunMark(metadata: $0.metadata) }
        #expect(marks.map(\.run) == ["3f9a1c20", "3f9a1c20"])
        #expect(marks.allSatisfy { $0.owner == ProcessOwner.current() && $0.expires == $0.started + 3600 })
        #expect(cloud.instances.isEmpty && cloud.groups.isEmpty)
        #expect(events.withLock { $0.contains("kvm2 passed") && $0.contains("verifying kvm1, kvm2") })
    }

    @Test("one that fails does not stop the others, and is deleted")
    func oneFails() async throws {
        let cloud = try LoopbackCloud(["kvm1": .fails("Build aborted"), "kvm2": .boots])
        let report = await verification(try lab(["kvm1", "kvm2"]), cloud).run()
        #expect(report.exitCode == 1)
        #expect(report.hypervisors.map(\.verdict) == [.failed, .passed])
        #expect(verdict(report, "kvm1", .active)?.failure?.reason.contains("\"Build aborted\"") == true)
        #expect(verdict(report, "kvm1", .guestReady) == .skipped("needs \"instance ACTIVE\""))
        #expect(verdict(report, "kvm1", .goneFromNova) == .passed(nil))
        #expect(cloud.instances.isEmpty)
    }

    @Test("one that failed is kept on request, and only that")
    func keepFailed() async throws {
        let cloud = try LoopbackCloud(["kvm1": .fails("Build aborted"), "kvm2": .boots])
        let report = await verification(try lab(["kvm1", "kvm2"]), cloud) { $0.keepFailed = true }.run()
        #expect(cloud.instances.map(\.host) == ["kvm1"])
        #expect(verdict(report, "kvm1", .deleted)?.isSkipped == true)
        #expect(verdict(report, "kvm2", .deleted)?.isPassed == true)
    }

    @Test("a run that is stopped deletes what it made", arguments: [LoopbackCloud.Behaviour.hangs, .saysNothing])
    func stopped(_ behaviour: LoopbackCloud.Behaviour) async throws {
        let cloud = try LoopbackCloud(["kvm1": behaviour])
        // Longer than the suite's time limit: a run that waits for it is found.
        let verification = verification(try lab(["kvm1"], timeout: 1000), cloud) { $0.keepFailed = true }
        let task = Task { await verification.run() }
        while cloud.made.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        task.cancel()
        let report = await task.value
        #expect(report.cancelled)
        #expect(report.exitCode == 1)
        #expect(
            report.hypervisors.first?.checks.contains { $0.verdict.failure == .stopped } == true, "\(report.table())")
        #expect(cloud.instances.isEmpty)
    }

    @Test("instances of a killed run are deleted first; those of a run beside us are not")
    func leftovers() async throws {
        let cloud = try LoopbackCloud(["kvm1": .boots])
        let here = ProcessOwner.current()
        let killed = ProcessOwner(place: here.place, process: here.process, started: 1)
        func metadata(_ owner: ProcessOwner) -> [String: String] {
            RunMark(run: "x", owner: owner, lifetime: .seconds(3600)).metadata
        }
        cloud.add("polyvisor-verify-11aa22bb-kvm1", host: "kvm1", metadata: metadata(killed))
        cloud.add("polyvisor-verify-33cc44dd-kvm1", host: "kvm1", metadata: metadata(here))
        cloud.add("polyvisor-verify-of-a-user", host: "kvm1", metadata: [:])
        cloud.add("mine", host: "kvm1", metadata: metadata(killed))
        let report = await verification(try lab(["kvm1"]), cloud).run()
        #expect(
            cloud.instances.map(\.name).sorted()
                == ["mine", "polyvisor-verify-33cc44dd-kvm1", "polyvisor-verify-of-a-user"])
        #expect(report.notes.contains("deleted polyvisor-verify-11aa22bb-kvm1, which an earlier run left behind"))
        #expect(report.notes.contains { $0.hasPrefix("left polyvisor-verify-33cc44dd-kvm1 alone") })
        #expect(report.exitCode == 0)
    }

    @Test("a hypervisor that is missing fails; one that nobody expects is verified, with a warning")
    func expectations() async throws {
        let cloud = try LoopbackCloud(["kvm1": .boots, "old1": .boots])
        let report = await verification(try lab(["kvm1", "kvm2"]), cloud).run()
        #expect(report.hypervisors.map(\.host) == ["kvm1", "kvm2", "old1"])
        #expect(report.hypervisors.map(\.verdict) == [.passed, .failed, .passed])
        #expect(verdict(report, "kvm2", .serviceUp)?.failure?.reason.contains("only kvm1, old1") == true)
        #expect(verdict(report, "kvm2", .created)?.isSkipped == true)
        #expect(verdict(report, "old1", .goneFromLibvirt)?.isSkipped == true)
        #expect(report.warnings == ["Nova has a hypervisor old1 that loop.yaml does not name"])
        #expect(cloud.made.map(\.host).sorted() == ["kvm1", "old1"])
    }

    @Test("an instance that cannot be deleted is a failure")
    func stays() async throws {
        let cloud = try LoopbackCloud(["kvm1": .stays])
        let report = await verification(try lab(["kvm1"], timeout: 2), cloud).run()
        #expect(verdict(report, "kvm1", .active)?.isPassed == true)
        #expect(verdict(report, "kvm1", .goneFromNova)?.failure?.layer == .nova)
        #expect(verdict(report, "kvm1", .goneFromPlacement) == .skipped("needs \"gone from Nova\""))
        #expect(report.exitCode == 1)
    }

    @Test("an image that the cloud lacks fails before anything is made")
    func noImage() async throws {
        let cloud = try LoopbackCloud(["kvm1": .boots])
        let access = Verification.Access(cloud: cloud.cloud, images: Verification.Images(of: "big")) { _ in
            throw CancellationError()
        } node: { _, _ in
            (0, "")
        }
        let report = await Verification(of: try lab(["kvm1"]), through: access).run()
        #expect(
            verdict(report, "kvm1", .created)?.failure?.description
                == nil)
        #expect(
            verdict(report, "kvm1", .image)?.failure?.description
                == "Glance: has no image big-qcow2; look at `openstack image list`")
        #expect(verdict(report, "kvm1", .deleted)?.isSkipped == true)
        #expect(cloud.made.isEmpty)
    }

    @Test("what is left on the node is a failure")
    func leftOnNode() async throws {
        let cloud = try LoopbackCloud(["kvm1": .boots])
        let access = Verification.Access(cloud: cloud.cloud, images: Verification.Images(of: "tiny")) { _ in
            throw CancellationError()
        } node: { node, command in
            if command.contains("systemctl") { return (0, "active\n") }
            return node == "kvm1" && command.contains("qemu:///system") ? (1, "") : (0, "")
        }
        var options = Verification.Options()
        options.grace = .none
        let report = await Verification(of: try lab(["kvm1"]), through: access, options: options).run()
        #expect(
            verdict(report, "kvm1", .goneFromLibvirt)?.failure?.reason.hasSuffix("on kvm1 ended with status 1") == true)
        #expect(report.exitCode == 1)
    }

    @Test("no more at once than allowed")
    func maxWorkers() async throws {
        let hosts = ["a", "b", "c", "d"]
        let cloud = try LoopbackCloud(Dictionary(uniqueKeysWithValues: hosts.map { ($0, .boots) }))
        let report = await verification(try lab(hosts), cloud) { $0.maxWorkers = 2 }.run()
        #expect(report.exitCode == 0, "\(report.table())")
        #expect(report.hypervisors.map(\.host) == hosts)
        #expect((1...2).contains(cloud.mostAtOnce))
    }

    @Test("a cloud that does not answer is a failure of every hypervisor")
    func unreachable() async throws {
        let port = try LoopbackHTTP { _ in .init() }.port
        var lab = try lab(["kvm1", "kvm2"])
        lab.name = "gone"
        let cloud = Cloud(
            Credentials(authURL: "http://127.0.0.1:\(port)/v3", username: "a", password: "s3cret", project: "a"))
        let access = Verification.Access(cloud: cloud, images: Verification.Images(of: "tiny")) { _ in
            throw CancellationError()
        } node: { _, _ in
            (0, "")
        }
        let report = await Verification(of: lab, through: access).run()
        #expect(report.exitCode == 1)
        #expect(report.hypervisors.map(\.verdict) == [.failed, .failed])
        #expect(verdict(report, "kvm1", .serviceUp)?.failure?.layer == .keystone)
        #expect(!report.table().contains("s3cret"))
    }

    @Test("a cloud that is only busy passes: what was not well at the first looks is looked at again")
    func busy() async throws {
        let cloud = try LoopbackCloud(["kvm1": .boots])
        let looks = Mutex<[String: Int]>([:])
        cloud.setTrouble { _, request in
            guard let (path, answer) = Self.whileBusy.first(where: { request.path.hasPrefix($0.0) }) else { return nil }
            let count = looks.withLock { looks in
                looks[path, default: 0] += 1
                return looks[path] ?? 0
            }
            return count <= 2 ? .init(body: answer) : nil
        }
        let report = await verification(try lab(["kvm1"]), cloud) { $0.grace = Grace() }.run()
        #expect(report.exitCode == 0, "\(report.table())")
        #expect(looks.withLock { $0.values.allSatisfy { $0 > 2 } && $0.count == Self.whileBusy.count })
    }

    /// What the cloud says of itself for a moment.
    private static let whileBusy = [
        (
            "/compute/os-services",
            """
            {"services": [{"id": "1", "binary": "nova-compute", "host": "kvm1", "zone": "nova", "state": "down",
             "status": "enabled"}]}
            """
        ),
        ("/compute/os-hypervisors/detail", #"{"hypervisors": []}"#),
        ("/placement/resource_providers/rp-kvm1/inventories", #"{"inventories": {}}"#),
        (
            "/network/v2.0/networks/n/dhcp-agents",
            """
            {"agents": [{"binary": "neutron-dhcp-agent", "host": "controller", "alive": false,
             "agent_type": "DHCP agent"}]}
            """
        ),
    ]

    @Test("what stays wrong is found all the same", arguments: whileBusy.map(\.0))
    func lasting(_ path: String) async throws {
        let cloud = try LoopbackCloud(["kvm1": .boots])
        let answer = Self.whileBusy.first { $0.0 == path }?.1 ?? ""
        cloud.setTrouble { _, request in request.path.hasPrefix(path) ? .init(body: answer) : nil }
        let report = await verification(try lab(["kvm1"]), cloud).run()
        #expect(report.exitCode == 1, "\(report.table())")
    }

    @Test("a difference that harms nothing is a note, and no warning")
    func harmlessDifference() async throws {
        let cloud = try LoopbackCloud(["kvm1": .boots])
        cloud.setTrouble { _, request in
            guard request.path.hasPrefix("/placement/resource_providers/rp-kvm1/inventories") else { return nil }
            return .init(
                body: """
                    {"inventories": {"VCPU": {"total": 2, "reserved": 0, "allocation_ratio": 4.0, "max_unit": 2},
                     "MEMORY_MB": {"total": 4000, "reserved": 0, "allocation_ratio": 1.0, "max_unit": 4000},
                     "DISK_GB": {"total": 50, "reserved": 0, "allocation_ratio": 1.0, "max_unit": 50}}}
                    """)
        }
        let report = await verification(try lab(["kvm1"]), cloud).run()
        #expect(report.exitCode == 0 && report.warnings.isEmpty, "\(report.table())")
        #expect(report.notes.contains { $0.contains("MEMORY_MB 4000, and the hypervisor reports 4096") })
    }
}
