import OpenStack
import Records

/// What a verification would make, and where: `verify --dry-run` prints it.
public struct VerificationPlan: Sendable, Equatable, Encodable {
    /// The name of the lab or the cloud.
    public var cloud: String
    /// Images that would be uploaded for the run, by the kind of hypervisor.
    public var uploads: [String]
    /// Where everything would be made, in words.
    public var project: String
    /// One for each hypervisor that was chosen.
    public var instances: [Instance]

    /// One instance that would be made; or why none could be.
    public struct Instance: Sendable, Equatable, Encodable {
        /// Nova's `host` of the compute service.
        public var hypervisor: String
        /// What the instance would be called.
        public var name: String
        /// By name, or by id where there is none; the image nil: uploaded for the run. All nil where none could be made.
        public var image, flavor, network: String?
        /// Why this network.
        public var networkReason: String?
        /// Why it could not be made; nil: it could.
        public var problem: String?
        /// What would be looked at, in this order.
        public var checks: [CheckName]
    }

    /// A block for each hypervisor.
    public var text: String {
        let blocks = instances.map { instance in
            let what =
                instance.problem.map { ["  cannot be made: \($0)"] }
                ?? [
                    "  image    \(instance.image ?? "uploaded for the run")", "  flavor   \(instance.flavor ?? "")",
                    "  network  \(instance.network ?? "")"
                        + (instance.networkReason.map { " (\($0))" } ?? ""),
                ]
            let checks = "  checks   \(instance.checks.map(\.rawValue).joined(separator: ", "))"
            return (["\(instance.hypervisor): instance \(instance.name)"] + what + [checks]).joined(separator: "\n")
        }
        let uploads = uploads.map { "would upload the tiny guest for \($0), and remove it at the end" }
        return (["Verification of \(cloud): nothing is made", "project  \(project)"] + uploads + blocks).joined(
            separator: "\n") + "\n"
    }
}

extension Verification {
    /// What a run would make, from what the cloud has now; makes nothing.
    ///
    /// - Throws: what the cloud's APIs say when they cannot be asked.
    public func plan() async throws -> VerificationPlan {
        var overview = try await CloudOverview(access.cloud)
        var preparation = Preparation(self, mark: RunMark(run: options.run, lifetime: options.lifetime)) { _ in }
        let subjects = preparation.subjects(overview)
        let project = try await preparation.place(for: subjects, overview, folders)
        if case .own = project { overview = overview.forAnyProject }
        let uploads = preparation.uploads(for: subjects, overview)
        let instances = subjects.map { subject in
            let setting = preparation.setting(for: subject, overview)
            var instance = VerificationPlan.Instance(
                hypervisor: subject.host, name: setting.serverName,
                checks: options.checks.chosen(from: Check.proof(of: subject.driver)).map(\.name))
            instance.fill { () throws(CheckFailure) in try preparation.parts(for: subject, overview, uploads) }
            return instance
        }
        await access.vcenters.close()
        return VerificationPlan(
            cloud: target.name, uploads: uploads.map(\.rawValue), project: project.words(preparation.mark),
            instances: instances)
    }

    /// Removes what runs that are over left behind, and nothing else.
    ///
    /// - Returns: what was done, and whether nothing of such runs is left.
    public func clean(
        report: @escaping @Sendable (VerificationEvent) -> Void = { _ in }
    ) async throws -> (notes: [String], warnings: [String], isClean: Bool) {
        // Whether hosts may be seen tells whether the instances of all projects may.
        var isAdmin = true
        do {
            _ = try await access.cloud.computeServices()
        } catch let error as OpenStackError where error.kind == .status(403) {
            isAdmin = false
        }
        var tidying = Tidying(
            cloud: access.cloud, mark: RunMark(run: options.run, lifetime: options.lifetime), isAdmin: isAdmin,
            folders: folders, report: report)
        let drill = await takeBackDrill()
        if let note = drill.note { tidying.note(note) }
        if let warning = drill.warning { tidying.warn(warning) }
        let isClean = await tidying.removeLeftovers() && drill.warning == nil
        await access.vcenters.close()
        return (tidying.notes, tidying.warnings, isClean)
    }
}

extension VerificationPlan.Instance {
    /// What the instance would be made of, or why it could not be.
    fileprivate mutating func fill(_ parts: () throws(CheckFailure) -> Preparation.Parts) {
        do throws(CheckFailure) {
            let parts = try parts()
            image = parts.image.map { $0.name ?? $0.id }
            (flavor, network, networkReason) = (parts.flavor.name, parts.network.name, parts.networkReason)
        } catch {
            problem = "\(error)"
        }
    }
}
