import ArgumentParser
import Foundation
import Release

struct LintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Check any OpenStack configuration file against a release.",
        discussion: """
            Reports what the release would do with each line: ignore it (an unknown name, which OpenStack never \
            reports), warn about it (an old name, a remark behind a value, or a known defect), or refuse it (a \
            wrong value, a driver that it does not have, or options that contradict each other). A section of a \
            plugin from outside OpenStack is noted and not judged. Nothing is written. The file's name says \
            which file it is; --file overrides that:

              polyvisor lint /etc/nova/nova.conf --release zed
              curl -s https://example.org/article.conf | polyvisor lint - --release 2024.1 --file nova.conf

            Exit codes: 0 nothing is wrong; 1 the release refuses something; 2 there is no such file or release; \
            3 the release ignores something or warns about it.
            """)

    @Argument(help: ArgumentHelp("The file; - is standard input.", valueName: "path"), completion: .file())
    var path: String

    @OptionGroup var release: ReleaseOption
    @OptionGroup var output: OutputOptions

    @Option(
        help: ArgumentHelp(
            "Which OpenStack file it is, e.g. nova.conf. The default is the file's own name.", valueName: "name"))
    var file: String?

    func run() async throws {
        let console = output.console()
        let catalog = try release.named(console).catalog
        let lint: Lint
        do {
            lint = try Lint(try bytes(), as: file ?? path, path: path == "-" ? "stdin" : path, catalog: catalog)
        } catch {
            let isNameless = file == nil && (error as? OptionProblem)?.kind == .unknownFile
            console.error("\(error)" + (isNameless ? Self.hint : ""))
            throw Exit.wrongInput
        }
        try console.print(output.json ? try json(lint) : lint.description)
        if lint.count(.refused) > 0 { throw Exit.failed }
        if lint.points.count > lint.count(.note) { throw Exit.warnings }
    }

    private static let hint = """

          hint: say which file it is: --file nova.conf; for the file of a plugin of Neutron, --file ml2_conf.ini
        """

    private func bytes() throws -> Data {
        guard path != "-" else { return try FileHandle.standardInput.readToEnd() ?? Data() }
        return try InputFile(path).contents()
    }
}

/// The release that a command looks at.
struct ReleaseOption: ParsableArguments {
    @Option(help: ArgumentHelp("The release, as `polyvisor releases` lists it.", valueName: "name"))
    var release: String

    /// The release, or the list of those that there are and exit code 2.
    func named(_ console: Console) throws -> Release {
        do {
            return try Release(named: release)
        } catch {
            console.error("\(error)")
            throw Exit.wrongInput
        }
    }
}

/// A file that a user names, small enough to be read at once.
struct InputFile {
    let path: String

    init(_ path: String) { self.path = path }

    /// No configuration file comes near 16 MiB: anything larger is a mistake.
    func contents() throws -> Data {
        let handle = open(path, O_RDONLY | O_CLOEXEC)
        guard handle >= 0 else { throw InputFileError(path: path, reason: String(cString: strerror(errno))) }
        let file = FileHandle(fileDescriptor: handle, closeOnDealloc: true)
        do {
            let data = try file.read(upToCount: 16 << 20) ?? Data()
            guard data.count < 16 << 20 else { throw InputFileError(path: path, reason: "it has 16 MiB or more") }
            return data
        } catch let error as InputFileError {
            throw error
        } catch {
            throw InputFileError(path: path, reason: errno == EISDIR ? "it is a directory" : "\(error)")
        }
    }
}

/// A file that cannot be read.
struct InputFileError: Error, CustomStringConvertible {
    var path: String
    var reason: String
    var description: String { "read \(path): \(reason)" }
}
