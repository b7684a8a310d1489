import Access
import ArgumentParser
import Deployment
import Topology
import Uploads

struct VCenterOrphans: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orphans", abstract: "Find what failed imports of Nova left on datastores, and remove it.",
        discussion: """
            Finds OSTACK_IMG_… folders that no virtual machine has, and images that Polyvisor was preparing when \
            it was killed. Ignores what changed within the last hour. Exit codes: 0 there is none; 3 some are \
            left.
            """)

    @OptionGroup var options: VCenterOptions

    @OptionGroup var removal: VCenterRemoval

    func run() async throws {
        try await options.look { session, lab, console in
            let report = try await session.withVCenters(lab, "vcenter").withAccess { access in
                try await access.orphans(limit: options.limits.names) { orphan in
                    removal.wants("\(orphan.path)", console)
                }
            }
            try console.print(options.output.json ? try json(report.orphans) : report.text)
            guard report.isClean else { throw Exit.warnings }
        }
    }
}
