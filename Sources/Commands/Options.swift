import ArgumentParser
import Diagram
import Foundation
import Preflight
import Release
import Topology
import Verification

/// The topology that every command takes.
struct TopologyArgument: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The topology file.", valueName: "topology"),
        completion: .file(extensions: ["yaml", "yml"]))
    var path: String

    /// The lab, or every problem of the file on standard error and exit code 2.
    func lab(_ console: Console) throws -> Lab { try Lab.read(path, reportingTo: console) }
}

extension Lab {
    /// The lab of a topology file. Its warnings go to standard error, and so does every problem, with exit code 2.
    static func read(_ path: String, reportingTo console: Console) throws -> Lab {
        do {
            let (lab, warnings) = try Lab.read(contentsOf: path, releases: .known)
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

    @Flag(name: [.short, .long], help: "Print only warnings, failures and the result.")
    var quiet = false

    func console() -> Console { Console(quiet: quiet) }
}

/// Where reports of a verification go.
struct ReportOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Write the verification as JUnit XML to a file.", valueName: "file"))
    var junit: String?

    @Option(help: ArgumentHelp("Write the verification as one self-contained HTML page to a file.", valueName: "file"))
    var html: String?

    @Option(help: ArgumentHelp("Show in the page what changed since an earlier --json report.", valueName: "file"))
    var compare: String?

    @Flag(help: "Keep the instance of a hypervisor that failed, so that you can inspect it.")
    var keepFailed = false

    @Option(help: "How many hypervisors to verify at once.")
    var maxBoots = 16

    /// A report that cannot be kept is told before anything is booted for it.
    func validate() throws {
        guard maxBoots > 0 else { throw ValidationError("--max-boots \(maxBoots): it has to be at least 1") }
        for (option, file) in [("--junit", junit), ("--html", html)] {
            if let file { try checkWritable(file, option: option) }
        }
        guard compare == nil || html != nil else { throw ValidationError("--compare needs --html, whose page says it") }
        _ = try earlier()
    }

    /// The report to compare with.
    private func earlier() throws -> VerificationReport? {
        guard let compare else { return nil }
        do {
            return try VerificationReport(json: Data(contentsOf: URL(fileURLWithPath: compare)))
        } catch {
            let reason =
                error is DecodingError ? "is not a report of `polyvisor verify --json`" : error.localizedDescription
            throw ValidationError("--compare \(compare): \(reason)")
        }
    }

    /// What a verification is told by these.
    var options: Verification.Options {
        var options = Verification.Options()
        options.keepFailed = keepFailed
        options.maxWorkers = maxBoots
        return options
    }

    /// - Parameters:
    ///   - picture: the cloud as the topology has it, if there is one.
    ///   - capacity: how much fits on the lab's vSphere, if it has one.
    func write(_ report: VerificationReport, _ picture: Diagram?, _ capacity: CapacityReport?) throws {
        if let junit { try Data(report.junit().utf8).write(to: URL(fileURLWithPath: junit), options: .atomic) }
        guard let html else { return }
        let page = try report.html(picture: picture, capacity: capacity, comparedWith: earlier())
        try Data(page.utf8).write(to: URL(fileURLWithPath: html), options: .atomic)
    }
}

/// Whether a report can be written to a file, before there is one.
func checkWritable(_ file: String, option: String) throws {
    var isDirectory: ObjCBool = false
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    guard access(folder, W_OK) == 0 else {
        throw ValidationError("\(option) \(file): \(folder): \(String(cString: strerror(errno)))")
    }
    if FileManager.default.fileExists(atPath: file, isDirectory: &isDirectory), isDirectory.boolValue {
        throw ValidationError("\(option) \(file): that is a directory; name a file")
    }
}

/// The exit codes that scripts can rely on.
enum Exit {
    static let failed = ExitCode(1)
    static let wrongInput = ExitCode(2)
    static let warnings = ExitCode(3)
}
