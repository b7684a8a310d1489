import Access
import ArgumentParser
import Deployment
import Topology
import Uploads

struct VCenterFiles: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "files", abstract: "Show what `image upload` put on datastores, verify it, and remove it.",
        discussion: """
            Removes only what Polyvisor uploaded, nobody has changed, and no virtual machine uses. What Glance \
            keeps is for Glance to remove. Exit code 1: a file is missing, differs, or could not be removed.
            """)

    @OptionGroup var options: VCenterOptions

    @Flag(
        help: "Read each file back and compare its SHA-256 with what was uploaded. The default compares only its size.")
    var verify = false

    @OptionGroup var removal: VCenterRemoval

    func run() async throws {
        try await options.look { session, lab, console in
            let files = try await session.withVCenters(lab, "vcenter").withAccess { access in
                try await access.uploadedFiles(limit: options.limits.names, verifying: verify) { file in
                    removal.wants("\(file.path)", console)
                }
            }
            let text = files.isEmpty ? "nothing was uploaded to the datastores\n" : files.map(\.text).joined()
            try console.print(options.output.json ? try json(files) : text)
            guard files.allSatisfy(\.isGood) else { throw Exit.failed }
        }
    }
}
