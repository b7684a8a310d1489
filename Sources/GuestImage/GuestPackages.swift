import Foundation

/// The two Debian packages that the guest is made of, at the versions that apt offers now.
struct GuestPackages: Equatable {
    /// The package that has the newest cloud kernel: linux-image-6.1.0-56-cloud-amd64.
    var kernel: String
    var kernelVersion: String
    var busyboxVersion: String

    static let kernelMetapackage = "linux-image-cloud-amd64"
    static let busybox = "busybox-static"

    /// Asks apt; nothing is downloaded.
    static func offered(through tool: HostTool) async throws(GuestImageError) -> GuestPackages {
        let doing = "look up \(kernelMetapackage) and \(busybox)"
        let listing: String
        do {
            listing = try await tool.text(
                "apt-cache", ["show", "--no-all-versions", kernelMetapackage, busybox], doing: doing)
        } catch {
            guard case .commandFailed = error.kind else { throw error }
            throw unknown(kernelMetapackage, doing: doing)
        }
        return try GuestPackages(listing: listing)
    }

    /// Reads what `apt-cache show` printed about both packages.
    init(listing: String) throws(GuestImageError) {
        let stanzas = listing.components(separatedBy: "\n\n").map(Self.fields)
        let doing = "look up \(Self.kernelMetapackage) and \(Self.busybox)"
        // Depends: linux-image-6.1.0-56-cloud-amd64 (= 6.1.192-2)
        guard let meta = stanzas.first(where: { $0["Package"] == Self.kernelMetapackage }),
            let version = meta["Version"], let concrete = meta["Depends"]?.split(separator: " ").first
        else { throw Self.unknown(Self.kernelMetapackage, doing: doing) }
        guard let busybox = stanzas.first(where: { $0["Package"] == Self.busybox })?["Version"]
        else { throw Self.unknown(Self.busybox, doing: doing) }
        kernel = String(concrete.prefix { $0 != "," })
        kernelVersion = version
        busyboxVersion = busybox
    }

    /// Downloads both and unpacks them into `root` of the tool's directory; nothing is installed.
    func unpack(into root: String, through tool: HostTool) async throws(GuestImageError) {
        let doing = "download \(kernel) and \(Self.busybox)"
        try await tool.run(
            "apt-get", ["-q", "download", "\(kernel)=\(kernelVersion)", "\(Self.busybox)=\(busyboxVersion)"],
            doing: doing)
        for file in try archives(in: tool.directory) {
            try await tool.run("dpkg-deb", ["-x", file, root], doing: "unpack \(file)")
        }
    }

    private func archives(in directory: String) throws(GuestImageError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".deb") }
                .sorted()
        } catch {
            throw GuestImageError(.io, doing: "list \(directory)", reason: "\(error)")
        }
    }

    private static func fields(of stanza: String) -> [String: String] {
        let pairs = stanza.split(separator: "\n").compactMap { line -> (String, String)? in
            guard let colon = line.range(of: ": "), !line.hasPrefix(" ") else { return nil }
            return (String(line[..<colon.lowerBound]), String(line[colon.upperBound...]))
        }
        return Dictionary(pairs) { first, _ in first }
    }

    private static func unknown(_ package: String, doing: String) -> GuestImageError {
        GuestImageError(
            .packageUnknown(package), doing: doing, reason: "apt knows no package \(package)",
            hint: "run apt-get update; the guest needs Debian's packages for amd64")
    }
}
