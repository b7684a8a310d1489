import Access
import Foundation
import GuestImage
public import OpenStack
public import Records
public import Topology
public import VSphere
import Wording

/// Boots an instance on every hypervisor of a cloud, looks whether it is what it should be, and removes it.
public struct Verification: Sendable {
    let target: Target
    let access: Access
    let options: Options

    /// The ways to what is verified.
    public struct Access: Sendable {
        /// Runs a shell command on a node, by the node's name, and gives its status and what it printed.
        public typealias NodeCommand =
            @Sendable (_ node: String, _ command: String) async throws -> (status: Int32, output: String)

        /// With a token for the project in which instances are made.
        private(set) var cloud: Cloud
        /// nil: chosen from what the cloud has.
        let images: Images?
        let vcenters: VCenterSessions
        /// nil: there is no way to any node.
        let node: NodeCommand?
        /// The files of the tiny guest, made when they are asked for; nil: nothing is uploaded.
        var guest: (@Sendable () async throws -> GuestFiles)?
        /// Where a drill writes down what it stops; nil: there are no drills.
        var drills: (any DrillBook)?

        /// The ways to a lab.
        ///
        /// - Parameters:
        ///   - cloud: with admin rights: others may not choose an instance's host.
        ///   - endpoint: how a vCenter of the topology is reached; a session is opened when one is needed.
        ///   - node: runs a command that only reads.
        public init(
            cloud: Cloud, images: Images, endpoint: @escaping @Sendable (VCenter) throws -> VCenterEndpoint,
            node: @escaping NodeCommand
        ) {
            self.cloud = cloud
            self.images = images
            self.node = node
            vcenters = VCenterSessions(endpoint: endpoint)
        }

        /// The same with what some checks need besides.
        ///
        /// - Parameters:
        ///   - guest: makes the files of the tiny guest, from which an image without tags is made.
        ///   - drills: where drills write down what they stop.
        public func with(
            guest: @escaping @Sendable () async throws -> GuestFiles, drills: any DrillBook
        ) -> Access {
            var access = self
            (access.guest, access.drills) = (guest, drills)
            return access
        }

        /// The same with a token for another project.
        func with(_ cloud: Cloud) -> Access {
            var access = self
            access.cloud = cloud
            return access
        }

        /// The way to a cloud of which only its APIs are known.
        ///
        /// - Parameter guest: makes the files of the image that is uploaded for the run where the cloud has none of ours.
        public init(cloud: Cloud, guest: (@Sendable () async throws -> GuestFiles)?) {
            self.cloud = cloud
            self.guest = guest
            images = nil
            node = nil
            vcenters = VCenterSessions { vcenter in
                throw CheckFailure(layer: .vcenter, reason: "no topology says how \(vcenter.name) is reached")
            }
        }
    }

    /// Paths of the tiny guest's disk.
    public struct GuestFiles: Sendable {
        /// For KVM and QEMU.
        public var qcow2: String
        /// For vSphere: streamOptimized.
        public var vmdk: String
        /// The root file system for containers.
        public var container: String?

        /// - Parameter container: nil: nothing is booted on LXC.
        public init(qcow2: String, vmdk: String, container: String? = nil) {
            self.qcow2 = qcow2
            self.vmdk = vmdk
            self.container = container
        }

        /// What a kind of hypervisor boots, and Glance's name for its format.
        func file(for kind: ImageKind) -> (path: String, format: String)? {
            switch kind {
            case .libvirt: (qcow2, "qcow2")
            case .vmware: (vmdk, "vmdk")
            case .lxc: container.map { ($0, "raw") }
            }
        }
    }

    /// The names in Glance of the image that is booted.
    public struct Images: Sendable {
        /// A disk for libvirt.
        public var libvirt: String
        /// A root file system for libvirt's containers.
        public var lxc: String
        /// A VMDK for vSphere.
        public var vmware: String

        /// The three names, of which only those that a hypervisor needs have to be there.
        public init(libvirt: String, lxc: String, vmware: String) {
            self.libvirt = libvirt
            self.lxc = lxc
            self.vmware = vmware
        }

        /// As Polyvisor names what it uploads of an image of a topology.
        public init(of image: String) {
            self.init(libvirt: "\(image)-qcow2", lxc: "\(image)-lxc", vmware: "\(image)-vmdk")
        }

        /// Those of a lab that `Lab.image(for:)` chooses.
        public init(of lab: Lab) {
            let name = { (kind: ImageKind) in lab.image(for: kind)?.name ?? lab.verify.image }
            self.init(
                libvirt: "\(name(.libvirt))-qcow2", lxc: "\(name(.lxc))-lxc", vmware: "\(name(.vmware))-vmdk")
        }
    }

    /// What a user can choose about a verification.
    public struct Options: Sendable {
        /// Part of the names of what the run makes.
        public var run = Options.randomRun()
        /// Leave the instance of a hypervisor that failed, for someone to look at.
        public var keepFailed = false
        /// Hypervisors verified at the same time at the most.
        public var maxWorkers = 16
        /// Of those behind one node's services; nil: no limit but the other one.
        public var maxWorkersPerNode: Int?
        /// Only hypervisors with these service hosts; empty: all.
        public var hypervisors: Set<String> = []
        /// Only hypervisors of these kinds; empty: all.
        public var kinds: Set<SubjectKind> = []
        /// Which of the checks are performed.
        public var checks = CheckSelection.quick
        /// A failure to be brought about, on each hypervisor that was chosen.
        public var drill: Drill?
        /// With admin rights: make everything in a project of the run's own, not in the user's.
        public var hasOwnProject = true
        /// After this time, what the run made may be removed by any other run.
        public var lifetime = Duration.seconds(3600)
        /// How long to wait for what moves by itself.
        public var grace = Grace()

        /// A quick run on all hypervisors, in a project of its own where that is possible.
        public init() {}

        private static func randomRun() -> String {
            let digits = String(UInt32.random(in: .min ... .max), radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }

        func includes(_ subject: Subject) -> Bool {
            (hypervisors.isEmpty || hypervisors.contains(subject.host))
                && (kinds.isEmpty || kinds.contains { $0.includes(subject.driver) })
        }
    }

    /// A verification of a lab that has not begun.
    public init(of lab: Lab, through access: Access, options: Options = Options()) {
        self.init(of: Target(lab), through: access, options: options)
    }

    /// A verification that has not begun.
    public init(of target: Target, through access: Access, options: Options = Options()) {
        self.target = target
        self.access = access
        self.options = options
    }

    /// Verifies every hypervisor that the topology expects or Nova reports.
    ///
    /// It never throws: a cloud that cannot be reached is a failure of all hypervisors. When the task is cancelled,
    /// what was made is removed before this returns.
    public func run(report: @escaping @Sendable (VerificationEvent) -> Void = { _ in }) async -> VerificationReport {
        let started = Date()
        let start = ContinuousClock.now
        let mark = RunMark(run: options.run, lifetime: options.lifetime)
        var preparation = Preparation(self, mark: mark, report: report)
        let hypervisors: [HypervisorReport]
        var release = preparation.release(nil)
        var warnings: [String] = []
        var notes: [String] = []
        do {
            try await logIn()
            // What killed runs left is looked for meanwhile.
            async let marked = MarkedThing.seen(in: access.cloud)
            var overview = try await CloudOverview(access.cloud)
            release = preparation.release(overview)
            var tidying = Tidying(
                cloud: access.cloud, mark: mark, isAdmin: overview.isAdmin, folders: folders,
                patience: min(target.timeout, options.grace.clearing), report: report)
            let drill = await takeBackDrill()
            if let note = drill.note { tidying.note(note) }
            if let warning = drill.warning { tidying.warn(warning) }
            await tidying.removeLeftovers(among: await marked)
            let subjects = preparation.subjects(overview)
            await preparation.moveToOwnProject(subjects, &overview, folders)
            preparation.warnings.forEach { tidying.warn($0) }
            let settings = await preparation.settings(for: subjects, overview, began: start)
            preparation.notes.forEach { tidying.note($0) }
            hypervisors = await verify(settings, report)
            for warning in hypervisors.flatMap(\.warnings) + Self.versionsThatDiffer(hypervisors) {
                tidying.warn(warning)
            }
            for note in hypervisors.flatMap(\.notes) { tidying.note(note) }
            await tidying.removeOwn(except: Set(hypervisors.compactMap(\.keptInstance)))
            (warnings, notes) = (tidying.warnings, tidying.notes)
        } catch {
            hypervisors = unreachable(error)
        }
        await access.vcenters.close()
        return VerificationReport(
            run: options.run, lab: target.name, release: release, started: started,
            seconds: (ContinuousClock.now - start).seconds, hypervisors: hypervisors, warnings: warnings, notes: notes,
            cancelled: Task.isCancelled)
    }

    /// Where Nova leaves a folder for each project.
    var folders: ProjectFolders { ProjectFolders(lab: target.lab, vcenters: access.vcenters) }

    /// Without a login nothing is known of Nova: the failure is Keystone's, or of the way to it.
    private func logIn() async throws {
        do {
            try await access.cloud.authenticate()
        } catch let error as OpenStackError {
            // What is wrong with a certificate or its trust stands in no log of the cloud.
            let look =
                error.kind == .untrustedCertificate ? nil : "the unit of Keystone on \(target.controller), and its log"
            throw CheckFailure(error, layer: .keystone, look: look)
        }
    }

    /// What there is to say of the hypervisors of a cloud that does not answer.
    private func unreachable(_ error: any Error) -> [HypervisorReport] {
        let failure = CheckFailure(error, layer: .nova, look: "the services' units on \(target.controller)")
        let expected = Subject.all(
            expected: target.lab?.computeServices ?? [], seen: [], on: target.distribution)
        let subjects = expected.isEmpty ? [Subject(host: target.name, node: nil, driver: .other("unknown"))] : expected
        return subjects.filter { expected.isEmpty || options.includes($0) }.map { subject in
            HypervisorReport(
                host: subject.host, node: subject.node, checks: [CheckReport(.serviceUp, .failed(failure))])
        }
    }

    /// Compute services of several versions, as in an upgrade that was not finished.
    static func versionsThatDiffer(_ hypervisors: [HypervisorReport]) -> [String] {
        let hosts = Dictionary(grouping: hypervisors.filter { $0.serviceVersion != nil }) { $0.serviceVersion ?? "" }
        guard hosts.count > 1 else { return [] }
        let list = hosts.sorted { $0.key < $1.key }.map { version, some in
            "\(version) on \(some.map(\.host).sorted().joined(separator: ", "))"
        }
        return ["the compute services are of \(hosts.count) versions: \(list.joined(separator: "; "))"]
    }

    /// All of them side by side, up to the limits; the result has their order.
    private func verify(
        _ settings: [Setting], _ report: @escaping @Sendable (VerificationEvent) -> Void
    ) async -> [HypervisorReport] {
        report(.hypervisors(settings.map(\.subject.host)))
        let (keepFailed, checks) = (options.keepFailed, options.checks)
        return await withTaskGroup(of: (Int, HypervisorReport).self) { group in
            var queue = WorkQueue(
                settings.map { $0.subject.node ?? $0.subject.host }, most: options.maxWorkers,
                perNode: options.maxWorkersPerNode)
            var reports = [HypervisorReport?](repeating: nil, count: settings.count)
            while true {
                var next: [Int] = []
                while let index = queue.next() { next.append(index) }
                // All that begin now are expected before the first of them begins: a fast one would meet nobody.
                for setting in next.map({ settings[$0] }) where setting.meetsOthers(checks) {
                    await setting.meeting.expect(setting.subject.host)
                }
                for index in next {
                    let setting = settings[index]
                    group.addTask {
                        (index, await Examination.run(setting, checks, keepFailed: keepFailed, report: report))
                    }
                }
                guard let (done, hypervisor) = await group.next() else { return reports.compactMap(\.self) }
                reports[done] = hypervisor
                queue.finish(done)
            }
        }
    }
}
