import Foundation
import Subprocess
import SystemPackage

/// One command of the host, as a value; nothing secret may stand in its arguments.
struct HostCommand: Sendable, Equatable, CustomStringConvertible {
    var program: String
    var arguments: [String]
    /// Added to our own environment.
    var environment: [String: String] = [:]
    var input = ""
    var timeout: Duration = .seconds(60)
    var directory: String?

    init(_ program: String, _ arguments: String...) { self.init(program, arguments) }

    init(_ program: String, _ arguments: [String]) {
        self.program = program
        self.arguments = arguments
    }

    var description: String { ([program] + arguments).joined(separator: " ") }

    func feeding(_ input: String) -> HostCommand { with { $0.input = input } }
    func lasting(atMost timeout: Duration) -> HostCommand { with { $0.timeout = timeout } }
    func inDirectory(_ directory: String) -> HostCommand { with { $0.directory = directory } }
    func under(_ environment: [String: String]) -> HostCommand { with { $0.environment = environment } }

    private func with(_ change: (inout HostCommand) -> Void) -> HostCommand {
        var copy = self
        change(&copy)
        return copy
    }

    /// What the command printed; a status other than 0 is an error that tells the end of its complaints.
    @discardableResult
    func run(doing: String) async throws -> String {
        let result = try await result(doing: doing)
        guard result.status == 0 else { throw failure(doing: doing, result) }
        return result.output
    }

    /// How a command ended.
    struct Result: Sendable {
        var status: Int32
        var output: String
        var complaints: String
    }

    /// Runs to the end, whatever the status; throws only when the command cannot be run or takes too long.
    func result(doing: String) async throws -> Result {
        do {
            return try await withThrowingTaskGroup(of: Result?.self) { group in
                group.addTask { try await execute() }
                group.addTask {
                    try await Task.sleep(for: timeout)
                    return nil
                }
                defer { group.cancelAll() }
                guard let first = try await group.next(), let result = first else {
                    throw SandboxError(
                        .command, doing: doing, reason: "\(program) did not end within \(timeout.components.seconds) s")
                }
                return result
            }
        } catch let error as SubprocessError {
            throw SandboxError(.command, doing: doing, reason: "\(program): \(error)")
        }
    }

    private func execute() async throws -> Result {
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(5))]
        let result = try await Subprocess.run(
            .name(program), arguments: Arguments(arguments), environment: .inherit.updating(variables),
            workingDirectory: directory.map { FilePath($0) }, platformOptions: options, input: .string(input),
            output: .string(limit: 32 << 20),
            error: .string(limit: 32 << 20))
        return Result(
            status: Self.code(result.terminationStatus), output: result.standardOutput,
            complaints: result.standardError)
    }

    /// The tools live in directories that are not in everyone's PATH, and their words must not depend on the locale.
    private var variables: [Environment.Key: String?] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        var all: [Environment.Key: String?] = ["LC_ALL": "C.UTF-8", "PATH": path + ":/usr/sbin:/usr/bin:/sbin:/bin"]
        for (name, value) in environment {
            guard let key = Environment.Key(rawValue: name) else { continue }
            all[key] = value
        }
        return all
    }

    private static func code(_ status: TerminationStatus) -> Int32 {
        switch status {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        }
    }

    func failure(doing: String, _ result: Result) -> SandboxError {
        let words = result.complaints.isEmpty ? result.output : result.complaints
        let tail = words.split(separator: "\n").suffix(8).joined(separator: "\n    ")
        let kind: SandboxError.Kind = words.contains("No space left on device") ? .diskFull : .command
        return SandboxError(
            kind, doing: doing,
            reason: "\(program) ended with status \(result.status)"
                + (tail.isEmpty ? "" : ":\n    \(tail)"))
    }
}
