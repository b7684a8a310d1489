import Foundation
public import OpenStack
public import Topology
public import VSphere

/// Boots an instance on every hypervisor of a cloud, looks whether it is what it should be, and removes it.
public struct Verification: Sendable {
    let lab: Lab
    let access: Access
    let options: Options

    /// The ways to what is verified.
    public struct Access: Sendable {
        /// Runs a shell command on a node, by the node's name, and gives its status and what it printed.
        public typealias NodeCommand =
            @Sendable (_ node: String, _ command: String) async throws -> (status: Int32, output: String)

        let cloud: Cloud
        let images: Images
        let vcenters: VCenterSessions
        let node: NodeCommand

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
    }

    /// The names in Glance of the image that is booted.
    public struct Images: Sendable {
        /// A disk for libvirt.
        public var libvirt: String
        /// A VMDK for vSphere.
        public var vmware: String

        public init(libvirt: String, vmware: String) {
            self.libvirt = libvirt
            self.vmware = vmware
        }

        /// As Polyvisor names what it uploads of an image of a topology.
        public init(of image: String) { self.init(libvirt: "\(image)-qcow2", vmware: "\(image)-vmdk") }
    }

    /// What a user can choose about a verification.
    public struct Options: Sendable {
        /// Part of the names of the instances that the run makes.
        public var run = Options.randomRun()
        /// Leave the instance of a hypervisor that failed, for someone to look at.
        public var keepFailed = false
        /// Hypervisors verified at the same time at the most.
        public var maxWorkers = 16

        public init() {}

        private static func randomRun() -> String {
            let digits = String(UInt32.random(in: .min ... .max), radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }
    }

    public init(of lab: Lab, through access: Access, options: Options = Options()) {
        self.lab = lab
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
        var tidying = Tidying(cloud: access.cloud, run: options.run, report: report)
        let hypervisors: [HypervisorReport]
        do {
            let overview = try await CloudOverview(access.cloud)
            await tidying.removeLeftovers()
            let subjects = Subject.all(expected: lab.computeServices, seen: overview.seen)
            for subject in subjects where subject.node == nil {
                tidying.warn("Nova has a hypervisor \(subject.host) that \(lab.file) does not name")
            }
            hypervisors = await verify(subjects, overview, report)
            await tidying.removeOwn(except: Set(hypervisors.compactMap(\.keptInstance)))
        } catch {
            hypervisors = unreachable(error)
        }
        await access.vcenters.close()
        return VerificationReport(
            run: options.run, lab: lab.name, release: lab.release, started: started,
            seconds: (ContinuousClock.now - start).seconds, hypervisors: hypervisors, warnings: tidying.warnings,
            notes: tidying.notes, cancelled: Task.isCancelled)
    }

    /// What there is to say of the hypervisors of a cloud that does not answer.
    private func unreachable(_ error: any Error) -> [HypervisorReport] {
        let look = "the services' units on \(lab.controller?.name ?? "the controller")"
        let failure = CheckFailure(error, layer: .nova, look: look)
        return Subject.all(expected: lab.computeServices, seen: []).map { subject in
            HypervisorReport(
                host: subject.host, node: subject.node, checks: [CheckReport(.serviceUp, .failed(failure))])
        }
    }

    /// All of them side by side, up to the limit; the result has their order.
    private func verify(
        _ subjects: [Subject], _ overview: CloudOverview, _ report: @escaping @Sendable (VerificationEvent) -> Void
    ) async -> [HypervisorReport] {
        report(.hypervisors(subjects.map(\.host)))
        let settings = settings(for: subjects, overview)
        let keepFailed = options.keepFailed
        return await withTaskGroup(of: (Int, HypervisorReport).self) { group in
            var reports = [HypervisorReport?](repeating: nil, count: settings.count)
            for (index, setting) in settings.enumerated() {
                if index >= max(1, options.maxWorkers), let (done, hypervisor) = await group.next() {
                    reports[done] = hypervisor
                }
                group.addTask { (index, await Examination.run(setting, keepFailed: keepFailed, report: report)) }
            }
            for await (done, hypervisor) in group { reports[done] = hypervisor }
            return reports.compactMap(\.self)
        }
    }

    private func settings(for subjects: [Subject], _ overview: CloudOverview) -> [Setting] {
        let owner = RunOwner.current()
        return subjects.map { subject in
            Setting(
                subject: subject, lab: lab, access: access, overview: overview, run: options.run, owner: owner)
        }
    }
}
