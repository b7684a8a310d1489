import Access
import ArgumentParser
import Deployment
import Diagram
import OpenStack
import Preflight
import Topology
import Verification

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Boot an instance on every hypervisor, check it, and remove it.",
        discussion: """
            Verifies the lab of a topology, or any cloud: --cloud NAME from clouds.yaml, or OS_* variables. All \
            hypervisors are verified at once. Everything made carries the run's mark and a time to live. It is \
            removed on success, on failure and on Ctrl-C; the next run, or --clean, removes what a killed run \
            left.

              polyvisor verify topologies/sandbox.yaml
              polyvisor verify --cloud production --kind vmware --checks all
              polyvisor verify --cloud production --dry-run
            """)

    @OptionGroup var lab: OptionalTopology
    @OptionGroup var output: OutputOptions
    @OptionGroup var reports: ReportOptions
    @OptionGroup var choice: VerifyChoice

    func run() async throws {
        let console = output.console()
        try agree(console)
        if lab.path == nil { return try await verifyCloud(console) }
        let lab = try lab.lab(console)
        try await console.run { session in
            let deployment = try await session.existing(lab, "verify")
            try deployment.checkRunning()
            try await deployment.withAccess { access in
                let ways = access.forVerification(of: lab).with(
                    guest: guestFiles(console), drills: deployment.store)
                let verification = Verification(of: choice.target(Target(lab)), through: ways, options: try options())
                try await perform(
                    verification, session, picture: Diagram(lab),
                    capacity: { await session.capacity(deployment, for: reports) }
                ) { deployment.note("\($0)") }
            }
        }
    }

    private func verifyCloud(_ console: Console) async throws {
        try await console.run { session in
            let config = try CloudConfig.find(lab.cloud, region: lab.region)
            config.warnings.forEach(session.console.warn)
            let target = Target(
                cloud: config.name, image: choice.image, flavor: choice.flavor, network: choice.network)
            let access = Verification.Access(cloud: Cloud(config.credentials), guest: guest(console))
            let verification = Verification(of: choice.target(target), through: access, options: try options())
            try await perform(verification, session) { _ in }
        }
    }

    private func perform(
        _ verification: Verification, _ session: Session, picture: Diagram? = nil,
        capacity: () async -> CapacityReport? = { nil }, note: @escaping @Sendable (VerificationEvent) -> Void
    ) async throws {
        if choice.clean { return try await clean(verification, session) }
        if choice.dryRun {
            let plan = try await verification.plan()
            return try session.console.print(output.json ? try json(plan) : plan.text)
        }
        let report = await verification.run { event in
            note(event)
            session.console.show(event)
        }
        try session.tell(report, reports, output, picture: picture, capacity: await capacity())
        if report.exitCode != 0 { throw ExitCode(report.exitCode) }
    }

    private func clean(_ verification: Verification, _ session: Session) async throws {
        let result = try await verification.clean { session.console.show($0) }
        let lines = result.warnings + result.notes
        try session.console.print(
            output.json ? try json(lines) : lines.isEmpty ? "nothing was left behind" : lines.joined(separator: "\n"))
        if !result.isClean { throw Exit.failed }
    }

    private func options() throws -> Verification.Options { try choice.apply(to: reports.options) }

    /// Nothing is stopped that nobody has agreed to.
    private func agree(_ console: Console) throws {
        guard let drill = choice.drill, let host = choice.hypervisor.first else { return }
        guard lab.path != nil else {
            console.error("--drill needs a topology, which says how nodes and vCenters are reached")
            throw Exit.wrongInput
        }
        console.warn(drill.consequences(for: host))
        guard choice.yes || console.confirm("Go on?") else {
            console.error("nothing was touched; say yes, or give --yes")
            throw Exit.wrongInput
        }
    }

    private func guest(_ console: Console) -> (@Sendable () async throws -> Verification.GuestFiles)? {
        choice.noUpload ? nil : guestFiles(console)
    }

    private func guestFiles(_ console: Console) -> @Sendable () async throws -> Verification.GuestFiles {
        {
            let files = try await Deployment.tinyGuest { console.say($0) }
            return Verification.GuestFiles(qcow2: files.qcow2, vmdk: files.vmdk, container: files.container)
        }
    }
}
