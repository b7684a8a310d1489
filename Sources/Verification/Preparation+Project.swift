import OpenStack
import Records
import Wording

/// Where a run makes what it makes.
enum RunPlace: Sendable, Equatable {
    /// In a project of its own.
    case own
    /// In the user's project, and why.
    case users(String)

    func words(_ mark: RunMark) -> String {
        switch self {
        case .own: "\(RunMark.prefix)\(mark.run), which would be made for the run and removed at the end"
        case .users(let reason): "the user's own: \(reason)"
        }
    }
}

extension Preparation {
    /// What an instance would be made of. No image: the tiny guest, which is still to be uploaded.
    struct Parts {
        var image: OpenStack.Image?
        var flavor: OpenStack.Flavor
        var network: OpenStack.Network
        var networkReason: String
    }

    /// - Parameter uploads: the kinds for which the tiny guest would be uploaded.
    func parts(
        for subject: Subject, _ overview: CloudOverview, _ uploads: [ImageKind]
    ) throws(CheckFailure) -> Parts {
        let chooser = Chooser(overview: overview, target: target, images: access.images)
        guard let kind = ImageKind(subject.driver), uploads.contains(kind) else {
            let parts = try chooser.ingredients(for: subject)
            return Parts(
                image: parts.image, flavor: parts.flavor, network: parts.network,
                networkReason: chooser.reason(for: parts.network))
        }
        let (flavor, network) = (
            try chooser.flavor(for: nil), try chooser.network(for: kind, on: subject.host)
        )
        return Parts(flavor: flavor, network: network, networkReason: chooser.reason(for: network))
    }

    /// Where everything is to be made, as far as that can be told without making anything.
    func place(
        for subjects: [Subject], _ overview: CloudOverview, _ folders: ProjectFolders
    ) async throws -> RunPlace {
        guard overview.isAdmin else { return .users("only an administrator makes projects") }
        guard options.hasOwnProject else { return .users("as was asked for") }
        if let reason = obstacle(for: subjects, overview, overview.forAnyProject) { return .users(reason) }
        if let reason = try await aggregateOfOthers() { return .users(reason) }
        return await folders.obstacle(for: subjects).map(RunPlace.users) ?? .own
    }

    /// Why what was chosen is of no use in another project; nil: it is.
    func obstacle(for subjects: [Subject], _ mine: CloudOverview, _ anyone: CloudOverview) -> String? {
        switch access.cloud.credentials.identification {
        case .applicationCredential, .namedApplicationCredential:
            return "an application credential is good for its own project only"
        case .password, .token: break
        }
        for subject in subjects {
            // What fits nowhere is no reason to stay.
            guard let chosen = try? parts(for: subject, mine, uploads(for: subjects, mine)) else { continue }
            if (try? parts(for: subject, anyone, uploads(for: subjects, anyone))) != nil { continue }
            if !anyone.networks.contains(where: { $0.id == chosen.network.id }) {
                return "network \(chosen.network.name) is not shared with other projects"
            }
            if !anyone.flavors.contains(where: { $0.id == chosen.flavor.id }) {
                return "flavor \(chosen.flavor.name) is private"
            }
            return "image \(chosen.image?.name ?? "") is \(chosen.image?.visibility ?? "private")"
        }
        return nil
    }

    /// An aggregate whose hosts take instances of some projects only, as a scheduler's filter has it
    /// (AggregateMultiTenancyIsolation, and Placement's `limit_tenants_to_placement_aggregate`).
    private func aggregateOfOthers() async throws -> String? {
        do {
            let aggregates = try await access.cloud.aggregates()
            let found = aggregates.first { $0.metadata.keys.contains { $0.hasPrefix("filter_tenant_id") } }
            return found.map { "aggregate \($0.name) keeps its hosts for some projects" }
        } catch let error as OpenStackError where error.kind == .status(403) {
            return nil
        }
    }

    /// Makes a project for the run, and has everything made there from now on; or says why not.
    ///
    /// - Parameter overview: becomes what is of use there.
    mutating func moveToOwnProject(
        _ subjects: [Subject], _ overview: inout CloudOverview, _ folders: ProjectFolders
    ) async {
        guard overview.isAdmin, options.hasOwnProject, !subjects.isEmpty else { return }
        do {
            if case .users(let reason) = try await place(for: subjects, overview, folders) { return stay(reason) }
            let own = try await OwnProject.make(mark, inVCenter: subjects.contains(where: \.isInVCenter), access.cloud)
            async let networks = own.cloud.networks()
            var anyone = overview.forAnyProject
            let flavors = subjects.compactMap { try? parts(for: $0, anyone, uploads(for: subjects, anyone)).flavor }
            let atOnce = min(subjects.count, options.maxWorkers)
            let limits = try await own.limits(for: OwnProject.Needs(flavors, atOnce: atOnce))
            // What is shared with the user's project alone, Neutron does not call shared to this one.
            anyone.networks = try await networks.filter(\.isForAnyProject)
            if let reason = obstacle(for: subjects, overview, anyone) { return stay(reason) }
            noteShortage(in: overview.limits, flavors, atOnce)
            (overview, access) = (anyone, access.with(own.cloud))
            (overview.project, overview.limits) = (own.project.id, .success(limits))
            notes.append("everything is made in project \(own.project.name), which is the run's own")
        } catch {
            if !error.isCancellation { stay(VisibleText("\(error)").folded) }
        }
    }

    private mutating func stay(_ reason: String) {
        notes.append("everything is made in the user's own project: \(reason)")
    }

    /// The run does without the user's quota, and says so where that would not do.
    private mutating func noteShortage(
        in limits: Result<ComputeLimits, CheckFailure>, _ flavors: [OpenStack.Flavor], _ count: Int
    ) {
        guard case .success(let limits) = limits, let flavor = flavors.max(by: { $0.ram < $1.ram }),
            let failure = CheckVerdict.quota(limits, for: flavor, count: count).verdict.failure
        else { return }
        notes.append("in the user's own project there is no room for it: \(failure.reason)")
    }
}
