import Foundation
import OpenStack
import Records
import Testing
import Topology

@testable import Verification

@Suite("numbers of vCPUs", .timeLimit(.minutes(2)))
struct VCPUTests {
    private func run(
        _ cloud: LoopbackCloud, _ checks: CheckSelection = .only([.vcpus])
    ) async throws -> VerificationReport {
        var options = Verification.Options()
        options.grace = .none
        options.checks = checks
        options.run = "3f9a1c20"
        var target = Target(cloud: "loop")
        target.timeout = .seconds(20)
        let access = Verification.Access(cloud: cloud.cloud, guest: nil)
        return await Verification(of: target, through: access, options: options).run()
    }

    private func verdict(_ report: VerificationReport, _ check: CheckName = .vcpus) throws -> CheckVerdict {
        try #require(report.hypervisors.first?.checks.first { $0.name == check }?.verdict, "\(report.table())")
    }

    private func cloud(cores: Int = 4, _ behaviour: LoopbackCloud.Behaviour = .boots) throws -> LoopbackCloud {
        let cloud = try LoopbackCloud(["kvm1": behaviour])
        cloud.setCores(cores)
        return cloud
    }

    @Test("all four boot, with private flavors under the run's mark that have the chosen one's specs and go away again")
    func sound() async throws {
        let cloud = try cloud()
        let report = try await run(cloud)
        #expect(try verdict(report) == .passed("boots with 1, 2, 3 and 4 vCPUs"))
        #expect(report.exitCode == 0, "\(report.table())")
        #expect(cloud.made.map(\.name) == (1...4).map { "polyvisor-verify-3f9a1c20-kvm1-vcpus\($0)" })
        #expect(cloud.made.allSatisfy { $0.host == "kvm1" })
        #expect(cloud.flavors.deleted.map(\.vcpus) == [2, 3, 4])
        #expect(
            cloud.flavors.deleted.allSatisfy {
                RunMark(text: $0.description)?.run == "3f9a1c20" && !$0.isPublic && $0.ram == 128
                    && $0.specs == ["hw:x": "y"]
            })
        #expect(cloud.flavors.there.isEmpty && cloud.instances.isEmpty)
    }

    @Test("numbers that Nova refuses are a failure of Nova's, with its words once")
    func refused() async throws {
        let cloud = try cloud()
        cloud.setImages(
            #"{"id": "i", "name": "q", "status": "active", "disk_format": "qcow2", "hw_numa_nodes": "2"}"#)
        cloud.flavors.refuse([1, 3])
        let report = try await run(cloud)
        let failure = try #require(try verdict(report).failure)
        #expect(failure.layer == .nova)
        #expect(failure.reason.hasPrefix("no boot with 1 and 3 vCPUs: "), "\(failure)")
        #expect(failure.reason.hasSuffix("; it boots with 2 and 4 vCPUs"))
        #expect(failure.reason.components(separatedBy: "cannot be evenly distributed").count == 2)
        #expect(failure.look?.hasPrefix("hw_numa_nodes=2 of image q; ") == true)
        #expect(report.exitCode == 1)
        #expect(cloud.flavors.there.isEmpty && cloud.instances.isEmpty)
    }

    @Test("it is tried although the run's own instance has a number that does not boot")
    func afterFailure() async throws {
        let cloud = try cloud()
        cloud.flavors.refuse([1])
        let report = try await run(cloud, .only([.active, .vcpus]))
        #expect(try verdict(report, .created).failure != nil)
        #expect(try verdict(report).failure?.reason.hasSuffix("it boots with 2, 3 and 4 vCPUs") == true)
    }

    @Test("where nothing boots, its number is not why")
    func nothingBoots() async throws {
        let report = try await run(try cloud(.fails("Build aborted")), .only([.active, .vcpus]))
        #expect(try verdict(report) == .skipped("no number of vCPUs boots, nor did the instance before"))
        let alone = try await run(try cloud(.fails("Build aborted")))
        #expect(try verdict(alone).failure?.reason.hasPrefix("no boot with 1, 2, 3 and 4 vCPUs: ") == true)
    }

    @Test("more than the host has is not tried, and the run's own instance counts")
    func largerThanHost() async throws {
        let cloud = try cloud(cores: 2)
        let report = try await run(cloud, .only([.active, .vcpus]))
        #expect(
            try verdict(report)
                == .passed(
                    "boots with 1 and 2 vCPUs; not tried: 3 and 4 vCPUs: the host gives one instance at most 2 VCPU"))
        #expect(cloud.made.count == 2)
    }

    @Test("without admin rights the cloud's own flavors are taken, where it has them")
    func withoutAdmin() async throws {
        let cloud = try cloud()
        cloud.takeAdminRights()
        cloud.flavors.add(.init(id: "f3", name: "three", vcpus: 3))
        cloud.flavors.add(.init(id: "f2", name: "small", vcpus: 2, ram: 64))
        let report = try await run(cloud)
        let words =
            "the cloud has no flavor of 2 vCPUs with at least 128 MiB, a disk of 1 GiB and the extra specs of tiny"
        guard case .passed(let finding?) = try verdict(report) else {
            Issue.record("\(report.table())")
            return
        }
        #expect(finding.hasPrefix("boots with 1 and 3 vCPUs; not tried: 2 vCPUs: \(words); not tried: 4 vCPUs: "))
        #expect(cloud.flavors.deleted.isEmpty && cloud.flavors.there.count == 2)
    }

    @Test("a flavor of a run that was killed is removed by the next one, and chosen by none")
    func leftover() async throws {
        let cloud = try cloud()
        let over = RunMark(run: "00000000", owner: nil, started: 0, lifetime: .seconds(1))
        cloud.flavors.add(
            .init(
                id: "old", name: "polyvisor-verify-00000000-kvm1-vcpus3", vcpus: 1, ram: 100, description: over.text))
        cloud.flavors.add(.init(id: "theirs", name: "polyvisor-verify-not", vcpus: 2))
        let report = try await run(cloud, .only([.active]))
        #expect(report.exitCode == 0, "\(report.table())")
        #expect(cloud.flavors.there.map(\.id) == ["theirs"])
        #expect(report.notes.contains { $0.contains("deleted flavor polyvisor-verify-00000000-kvm1-vcpus3") })
    }

    @Test("what the host or the quota never gives is told from what is only used")
    func lack() throws {
        let flavor = try Recorded.decode(
            OpenStack.Flavor.self, #"{"id": "f", "name": "f", "vcpus": 1, "ram": 512, "disk": 1}"#)
        let cores = try Recorded.decode(
            OpenStack.Inventory.self, #"{"total": 8, "reserved": 0, "allocation_ratio": 1.0, "max_unit": 3}"#)
        let room = ProviderRoom(inventories: ["VCPU": cores], usages: ["VCPU": 6])
        #expect(VCPUTrial.lack(of: 2, flavor, cores: "VCPU", on: room) == nil)
        #expect(
            VCPUTrial.lack(of: 3, flavor, cores: "VCPU", on: room)
                == .init(reason: "the host has only 2 VCPU free", isLasting: false))
        #expect(
            VCPUTrial.lack(of: 4, flavor, cores: "VCPU", on: room)
                == .init(reason: "the host gives one instance at most 3 VCPU", isLasting: true))
        #expect(VCPUTrial.lack(of: 4, flavor, cores: "PCPU", on: room) == nil)
        let none = ComputeLimits.Room(limit: -1, used: 0)
        let limits = ComputeLimits(instances: none, cores: .init(limit: 3, used: 1), ramMB: none)
        #expect(VCPUTrial.lack(of: 2, flavor, in: limits) == nil)
        #expect(
            VCPUTrial.lack(of: 3, flavor, in: limits)
                == .init(reason: "the project's quota allows 3 cores, and 1 are used", isLasting: false))
        #expect(VCPUTrial.lack(of: 4, flavor, in: limits)?.isLasting == true)
    }
}
