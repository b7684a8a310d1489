import ArgumentParser
import Deployment
import Preflight
import Topology

struct VCenterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vcenter",
        abstract:
            "Inspect vCenters: inventory, privileges, virtual machines, leftovers, image caches, uploads, certificate.",
        subcommands: [
            VCenterInventory.self, VCenterPrivileges.self, VCenterMachines.self, VCenterOrphans.self,
            VCenterCache.self, VCenterFiles.self, VCenterTrust.self,
        ])
}

/// What the commands that look at the vCenters of a lab have in common.
struct VCenterOptions: ParsableArguments {
    @OptionGroup var topology: TopologyArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var limits: LimitOptions

    func look(_ body: @escaping @Sendable (Session, Lab, Console) async throws -> Void) async throws {
        let console = output.console()
        let lab = try topology.lab(console)
        try await console.run { session in
            console.warnOfInsecure(lab)
            try await body(session, lab, console)
        }
    }
}

struct VCenterInventory: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inventory",
        abstract: "Show datacenters, clusters, hosts with their state, datastores and who shares them, port groups.")

    @OptionGroup var options: VCenterOptions

    func run() async throws {
        try await options.look { session, lab, console in
            let trees = try await session.deployment(of: lab, "vcenter").inventories(limit: options.limits.names)
            try console.print(options.output.json ? try json(trees) : trees.map(\.text).joined(separator: "\n"))
        }
    }
}

struct VCenterPrivileges: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "privileges", abstract: "Show which privileges Nova needs, has and lacks, on which object.",
        discussion: """
            Exit codes: 0 the account has all privileges; 1 one is missing.
            """)

    @OptionGroup var options: VCenterOptions

    func run() async throws {
        try await options.look { session, lab, console in
            let privileges = try await session.deployment(of: lab, "vcenter").privileges(limit: options.limits.names)
            try console.print(
                options.output.json ? try json(privileges) : privileges.map(\.text).joined(separator: "\n"))
            guard privileges.allSatisfy(\.isComplete) else { throw Exit.failed }
        }
    }
}

struct VCenterMachines: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vms", abstract: "Show what Nova owns in each cluster, and what only Nova or only vCenter has.",
        discussion: """
            Needs the lab's cloud. Exit codes: 0 Nova and vCenter agree; 3 something is orphaned.
            """)

    @OptionGroup var options: VCenterOptions

    func run() async throws {
        try await options.look { session, lab, console in
            let owned = try await session.existing(lab, "vcenter").ownedMachines(limit: options.limits.names)
            try console.print(options.output.json ? try json(owned) : owned.map(\.text).joined(separator: "\n"))
            guard owned.allSatisfy(\.agrees) else { throw Exit.warnings }
        }
    }
}

extension Console {
    /// Said at every run, as it is easily forgotten.
    func warnOfInsecure(_ lab: Lab) {
        for vcenter in lab.vcenters where vcenter.trust == .insecure {
            warn(
                "\(vcenter.name): its certificate is NOT verified (insecure: true): anyone between can read the password"
            )
        }
    }
}
