import Access
import ArgumentParser
import Deployment
import Topology

struct VCenterCache: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache", abstract: "Show what is in Nova's image caches, and remove what Polyvisor put there.",
        discussion: """
            Removes only what carries Polyvisor's mark, has no other file in its folder, and is used by no \
            virtual machine. Exit code 1: something could not be removed.
            """)

    @OptionGroup var options: VCenterOptions

    @OptionGroup var removal: VCenterRemoval

    func run() async throws {
        try await options.look { session, lab, console in
            let report = try await session.withVCenters(lab, "vcenter").withAccess { access in
                let caches = try OfflineRendering(of: lab).imageCaches(access.secrets)
                return try await access.cachedImages(in: caches, limit: options.limits.names) { entry in
                    removal.wants("\(entry.path)", console)
                }
            }
            try console.print(options.output.json ? try json(report.entries) : report.text)
            guard !report.hasProblems else { throw Exit.failed }
        }
    }
}
