import ArgumentParser
import Foundation
import Topology
import Verification

/// The topology that every command takes.
struct TopologyArgument: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The topology file.", valueName: "topology"),
        completion: .file(extensions: ["yaml", "yml"]))
    var path: String

    /// The lab, or every problem of the file on standard error and exit code 2.
    func lab(_ console: Console) throws -> Lab {
        do {
            let (lab, warnings) = try Lab.read(contentsOf: path)
            if !warnings.problems.isEmpty { console.complain("\(warnings)") }
            return lab
        } catch {
            console.complain("\(error)")
            throw Exit.wrongInput
        }
    }
}

/// How a command tells what it does.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print one JSON document on standard output; progress stays on standard error.")
    var json = false

    @Flag(name: [.short, .long], help: "Say less: only warnings, failures and the result.")
    var quiet = false

    func console() -> Console { Console(quiet: quiet) }
}

/// Where reports of a verification go.
struct ReportOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Write the verification as JUnit XML to a file.", valueName: "file"))
    var junit: String?

    @Flag(help: "Leave the instance of a hypervisor that failed, for you to look at.")
    var keepFailed = false

    @Option(help: "How many hypervisors are verified at once.")
    var maxBoots = 16

    /// A report that cannot be kept is told before anything is booted for it.
    func validate() throws {
        guard maxBoots > 0 else { throw ValidationError("--max-boots \(maxBoots): it has to be at least 1") }
        guard let junit else { return }
        var isDirectory: ObjCBool = false
        let folder = URL(fileURLWithPath: junit).deletingLastPathComponent().path
        guard access(folder, W_OK) == 0 else {
            throw ValidationError("--junit \(junit): \(folder): \(String(cString: strerror(errno)))")
        }
        if FileManager.default.fileExists(atPath: junit, isDirectory: &isDirectory), isDirectory.boolValue {
            throw ValidationError("--junit \(junit): that is a directory; name a file")
        }
    }

    func write(_ report: VerificationReport) throws {
        guard let junit else { return }
        try Data(report.junit().utf8).write(to: URL(fileURLWithPath: junit), options: .atomic)
    }
}

/// The exit codes that scripts can rely on.
enum Exit {
    static let failed = ExitCode(1)
    static let wrongInput = ExitCode(2)
    static let warnings = ExitCode(3)
}
