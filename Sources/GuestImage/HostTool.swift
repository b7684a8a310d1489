import Foundation
import Subprocess

/// A program of this machine, run in one directory with a fixed locale, clock and time zone.
struct HostTool {
    /// The Debian package that has each program which a bare system may lack.
    static let packages = [
        "apt-cache": "apt", "apt-get": "apt", "dpkg-deb": "dpkg", "depmod": "kmod", "modprobe": "kmod", "gzip": "gzip",
        "sfdisk": "fdisk", "mkfs.vfat": "dosfstools", "mcopy": "mtools", "syslinux": "syslinux",
    ]

    /// All files of the image bear this time (2024-01-01), so that the same inputs give the same bytes.
    static let epoch = 1_704_067_200

    private static let outputLimit = 4 << 20

    let directory: String

    /// Runs a program, by its name or path, to its end.
    ///
    /// - Returns: what it printed.
    /// - Throws: `GuestImageError` when there is no such program or its status is not zero.
    @discardableResult
    func run(_ name: String, _ arguments: [String], doing: String, input: [UInt8] = []) async throws(GuestImageError)
        -> [UInt8]
    {
        let result: ExecutionResult<Void, BytesOutput, StringOutput<UTF8>>
        do {
            result = try await Subprocess.run(
                name.contains("/") ? .path(.init(name)) : .name(name), arguments: Arguments(arguments),
                environment: environment,
                workingDirectory: .init(directory), input: .array(input), output: .bytes(limit: Self.outputLimit),
                error: .string(limit: Self.outputLimit))
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw GuestImageError(
                .toolMissing(name), doing: doing, reason: "there is no program \(name)",
                hint: "apt-get install \(Self.packages[name] ?? name)")
        } catch {
            throw GuestImageError(.commandFailed(name), doing: doing, reason: "\(name): \(error)")
        }
        guard result.terminationStatus.isSuccess else {
            let words = result.standardError.split(separator: "\n").suffix(3).joined(separator: "; ")
            throw GuestImageError(
                .commandFailed(name), doing: doing,
                reason: "\(name) ended with \(result.terminationStatus)" + (words.isEmpty ? "" : ": \(words)"))
        }
        return result.standardOutput
    }

    /// As `run`, for programs that print text.
    func text(_ name: String, _ arguments: [String], doing: String) async throws(GuestImageError) -> String {
        String(decoding: try await run(name, arguments, doing: doing), as: UTF8.self)
    }

    private var environment: Environment {
        // Debian keeps mkfs.vfat, sfdisk and depmod where only root looks.
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return .inherit.updating([
            "PATH": "\(path):/usr/sbin:/sbin", "LC_ALL": "C", "TZ": "UTC", "SOURCE_DATE_EPOCH": "\(Self.epoch)",
        ])
    }
}
