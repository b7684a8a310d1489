import Access
import Foundation
import OpenStack
import Records
import Testing
import Topology

@testable import Verification

@Suite("a project of the run's own", .timeLimit(.minutes(2)))
struct OwnProjectTests {
    private func verification(
        _ cloud: LoopbackCloud, _ change: (inout Verification.Options) -> Void = { _ in }
    ) -> Verification {
        var options = Verification.Options()
        options.run = "3f9a1c20"
        change(&options)
        var target = Target(cloud: "c")
        target.timeout = .seconds(20)
        return Verification(of: target, through: Verification.Access(cloud: cloud.cloud, guest: nil), options: options)
    }

    @Test("has all instances, bears the mark, gets the room that the run needs, and is gone at the end with its group")
    func own() async throws {
        let cloud = try LoopbackCloud(["kvm1": .boots, "kvm2": .boots])
        let report = await verification(cloud).run()
        #expect(report.exitCode == 0, "\(report.table())")
        let project = try #require(cloud.identity.made.first)
        #expect(cloud.identity.made.count == 1 && project.name == "polyvisor-verify-3f9a1c20")
        let mark = try #require(RunMark(text: project.description))
        #expect(mark.run == "3f9a1c20" && mark.expires == mark.started + 3600)
        #expect(cloud.identity.grants == ["r-admin to u in p0"])
        #expect(cloud.made.map { LoopbackIdentity.project(of: $0.token) } == ["p0", "p0"])
        #expect(cloud.identity.projects.isEmpty && cloud.groups.isEmpty && cloud.instances.isEmpty)
        #expect(cloud.identity.quotas.isEmpty)
        #expect(report.notes == ["everything is made in project polyvisor-verify-3f9a1c20, which is the run's own"])
    }

    @Test("is not made where it was not asked for, and where Keystone refuses; then that is said")
    func users() async throws {
        let cloud = try LoopbackCloud(["kvm1": .boots])
        let asked = await verification(cloud) { $0.hasOwnProject = false }.run()
        #expect(asked.exitCode == 0 && cloud.identity.made.isEmpty && asked.notes.isEmpty)
        cloud.identity.refuse()
        let refused = await verification(cloud).run()
        #expect(refused.exitCode == 0 && cloud.identity.made.isEmpty, "\(refused.table())")
        #expect(cloud.made.map { LoopbackIdentity.project(of: $0.token) } == ["p-admin", "p-admin"])
        let note = try #require(refused.notes.first)
        #expect(note.hasPrefix("everything is made in the user's own project: create project"))
        #expect(note.hasSuffix("HTTP 403: You are not authorized."))
    }

    @Test("is not made for an application credential, which is good for one project")
    func applicationCredential() async throws {
        let cloud = try LoopbackCloud(["kvm1": .boots])
        var credentials = cloud.cloud.credentials
        (credentials.identification, credentials.scope) = (.applicationCredential(id: "a", secret: "s"), .given)
        let access = Verification.Access(cloud: Cloud(credentials), guest: nil)
        let report = await Verification(of: Target(cloud: "c"), through: access).run()
        #expect(report.exitCode == 0 && cloud.identity.made.isEmpty, "\(report.table())")
        #expect(report.notes.contains { $0.contains("an application credential is good for its own project only") })
    }

    @Test("stays with an instance that is kept")
    func kept() async throws {
        let cloud = try LoopbackCloud(["kvm1": .fails("Build aborted")])
        _ = await verification(cloud) { $0.keepFailed = true }.run()
        #expect(cloud.instances.count == 1 && cloud.identity.projects.count == 1)
    }

    @Test("that a killed run left is found and removed with what is in it; one with others' instances stays")
    func clean() async throws {
        let cloud = try LoopbackCloud(["kvm1": .boots])
        let (killed, living) = RunMark.killedAndLiving
        for mark in [killed, living] {
            let description = OwnProject.description(mark, inVCenter: false)
            cloud.identity.add(.init(id: mark.run, name: "polyvisor-verify-\(mark.run)", description: description))
            cloud.add(.init(id: "g-\(mark.run)", name: "default", description: "", project: mark.run))
        }
        cloud.add("polyvisor-verify-11aa22bb-kvm1", host: "kvm1", metadata: killed.metadata, token: "t-11aa22bb")
        cloud.identity.add(.init(id: "u", name: "polyvisor-verify-mine", description: "polyvisor_owner=me"))
        let result = try await verification(cloud).clean()
        #expect(result.isClean && result.warnings.isEmpty, "\(result.warnings)")
        #expect(cloud.identity.projects.map(\.id) == ["33cc44dd", "u"] && cloud.instances.isEmpty)
        #expect(cloud.groups.map(\.id) == ["g-33cc44dd"])
    }

    @Test("that Nova made a folder for in vCenter stays, where nobody can tell how to remove that")
    func folder() async throws {
        let cloud = try LoopbackCloud(["kvm1": .boots])
        let killed = RunMark.killedAndLiving.killed
        let description = OwnProject.description(killed, inVCenter: true)
        cloud.identity.add(.init(id: "x", name: "polyvisor-verify-11aa22bb", description: description))
        let result = try await verification(cloud).clean()
        #expect(!result.isClean && cloud.identity.projects.count == 1)
        #expect(result.warnings.first?.contains("only the lab's topology leads to") == true, "\(result.warnings)")
    }

    @Test(
        "is of no use where what was chosen is for the user's project alone",
        arguments: [
            (#""shared": false, "project_id": "mine""#, "", "network lan is not shared with other projects"),
            (#""shared": true"#, #", "os-flavor-access:is_public": false"#, "flavor tiny is private"),
            (#""shared": true"#, "", nil),
        ])
    func obstacles(_ network: String, _ flavor: String, _ reason: String?) throws {
        var overview = CloudOverview()
        overview.images = try Recorded.decode(
            [OpenStack.Image].self, #"[{"id": "i", "name": "ours", "status": "active", "disk_format": "qcow2"}]"#)
        overview.flavors = try Recorded.decode(
            [OpenStack.Flavor].self, #"[{"id": "f", "name": "tiny", "vcpus": 1, "ram": 128, "disk": 1\#(flavor)}]"#)
        overview.networks = try Recorded.decode(
            [OpenStack.Network].self, #"[{"id": "n", "name": "lan", \#(network)}]"#)
        overview.subnets = try Recorded.decode(
            [OpenStack.Subnet].self, #"[{"id": "s", "name": "", "cidr": "10.0.0.0/24", "network_id": "n"}]"#)
        overview.project = "mine"
        let verification = verification(try LoopbackCloud(["kvm1": .boots]))
        let preparation = Preparation(verification, mark: RunMark(run: "x", lifetime: .seconds(60))) { _ in }
        let subjects = [Subject(host: "kvm1", node: nil, driver: .host(.qemu))]
        #expect(preparation.obstacle(for: subjects, overview, overview.forAnyProject) == reason)
    }

    @Test("is not made for a vCenter that no topology describes: Nova's folder for it would stay")
    func vcenter() async throws {
        let folders = ProjectFolders(lab: nil, vcenters: VCenterSessions { _ in throw CancellationError() })
        let cluster = Subject(host: "c", node: nil, driver: .cluster(nil))
        #expect(await folders.obstacle(for: [cluster])?.contains("folder in vCenter") == true)
        #expect(await folders.obstacle(for: [.kvm1]) == nil)
        #expect(ProjectFolders.name(ofProject: "b3cf") == "Project (b3cf)")
    }
}
