import Access
import Foundation
import OpenStack
public import Planning
import Providers
public import Records
import Release
import Rendering
import SSH
public import Topology
import Uploads

/// Brings up a lab: the whole line from a validated topology to a cloud that answers.
///
/// Facts are read twice, because what a node should hold depends on what its packages brought: whether KVM can
/// start a guest, and whether the release's code has a defect that has to be mended.
public struct Deployment: Sendable {
    /// What is brought up.
    public let lab: Lab
    let release: Release
    /// What is remembered of the lab.
    public let store: any Store
    let log: RunLog
    let options: Options
    let report: @Sendable (DeploymentEvent) -> Void

    /// What a user can choose about a deployment.
    public struct Options: Sendable {
        /// Leave known defects of the release as they are.
        public var leaveDefects = false
        /// Install what this machine lacks for a sandbox.
        public var installsRequirements = true
        /// Look at everything first, and stop at an error.
        public var preflight = true
        /// How many nodes are worked on at once.
        public var maxWorkers = 32

        /// Everything, with preflight first.
        public init() {}
    }

    /// What a deployment did.
    public struct Result: Sendable {
        /// What became of the steps.
        public var outcome: Outcome
        /// SHA-256 over all that was rendered and uploaded: the shape of the lab.
        public var digest: String
        /// How long each phase that did something took; phases overlap.
        public var phases: [(phase: Phase, seconds: Double)] = []
    }

    /// Nothing is touched yet.
    public init(
        _ lab: Lab, store: any Store, log: RunLog, options: Options = Options(),
        report: @escaping @Sendable (DeploymentEvent) -> Void
    ) throws {
        self.lab = lab
        release = try Release(named: lab.release)
        self.store = store
        self.log = log
        self.options = options
        self.report = report
    }

    /// Writes a line into the run's log.
    public func note(_ text: String) { log.write("polyvisor", text) }

    /// Does all of it. A step that fails is in the result; what keeps the whole from beginning is thrown.
    public func up() async throws -> Result {
        let claim = try await store.claim()
        defer { withExtendedLifetime(claim) {} }
        let run = try await store.begin(.up)
        do {
            var result = try await bringUp(run)
            result.phases = Phase.seconds(of: try await store.steps(of: run))
            try await store.end(run, result.outcome.ending)
            return result
        } catch {
            try await store.end(
                run, error is CancellationError ? .cancelled : error is NothingTouched ? .refused : .failed)
            throw error
        }
    }

    private func bringUp(_ run: Int64) async throws -> Result {
        let secrets = try await checkedSecrets { try await checkHost() }
        return try await withAccess(with: secrets) { access in try await bringUp(run, access) }
    }

    private func bringUp(_ run: Int64, _ access: LabAccess) async throws -> Result {
        async let guest = tinyGuest()
        do {
            try await raiseNodes(access.secrets)
        } catch let error as any ProviderError where error.isRefusal {
            throw NothingTouched(cause: error)
        }

        var bare =
            if provider.makesNodes {
                try await look(access)
            } else { try await untouched { () async throws -> LabView in try await look(access) } }
        bare.keepsLayers = provider.makesNodes
        let prepared = await applier(bare, [], access, run).apply(bare.preparation())
        guard prepared.succeeded else { return Result(outcome: prepared, digest: "") }

        let (view, images) = try await fullView(bare, access, guest: try await guest)
        let applied = await applier(view, images, access, run).apply(view.plan())
        return Result(outcome: prepared + applied, digest: view.digest)
    }

    /// The lab's secrets, after a look at all that can be wrong without a node; only facts of nodes come later.
    ///
    /// - Parameter machine: looks at this machine, in its turn: before what takes longer.
    func checkedSecrets(
        machine: () async throws -> Void = {}
    ) async throws -> [SecretName: Secret] {
        try await untouched {
            let secrets = try await secrets()
            try checkPackages()
            try await machine()
            // What is wrong with an override or a certificate shows here.
            _ = try offline.rendering(secrets)
            try checkImages()
            return secrets
        }
    }

    /// Everything that only looks: vCenters, the way to each node, and what its packages are.
    private func look(_ access: LabAccess) async throws -> LabView {
        try await awaitNodes(access.links)
        return try await bareView(access, seen: try await preflight(access))
    }

    /// What fails here fails before anything was changed, and the caller is told so.
    private func untouched<T>(_ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw NothingTouched(cause: error)
        }
    }

    private func applier(
        _ view: LabView, _ images: [GlanceImage], _ access: LabAccess, _ run: Int64
    ) -> Applier {
        let performer = LivePerformer(
            system: NodeSystem(view: view, secrets: access.secrets), shell: NodeShell(links: access.links, log: log),
            cloud: CloudPerformer(cloud: access.cloud, images: images, secrets: access.secrets, report: report),
            primer: CachePrimer(access) { event, image in event.progress(of: image).map(report) },
            keepLayer: { node, packages in try await keepLayer(of: node, packages: packages) }, report: report)
        return Applier(performer: performer, store: store, run: run, report: report)
    }
}

extension Outcome {
    static func + (first: Outcome, second: Outcome) -> Outcome {
        Outcome(
            done: first.done + second.done, failures: first.failures + second.failures,
            skipped: first.skipped + second.skipped, cancelled: first.cancelled || second.cancelled)
    }
}

/// The run could not begin: the input was wrong, or there was nothing to do it to. Nothing was changed.
public struct NothingTouched: Error, CustomStringConvertible {
    /// What was wrong.
    public var cause: any Error
    public var description: String { "\(cause)" }
}
