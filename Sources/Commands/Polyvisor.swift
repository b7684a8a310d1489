public import ArgumentParser
import Foundation

/// The command `polyvisor`, and all that stand below it.
public struct Polyvisor: AsyncParsableCommand {
    /// Its help, and the commands in the groups in which the help lists them.
    public static let configuration = CommandConfiguration(
        commandName: "polyvisor",
        abstract: "One OpenStack whose instances run on KVM and VMware at the same time, from one YAML topology.",
        discussion: """
            A topology lists the machines, vCenters, networks and images. Start with one of topologies/:

              polyvisor validate topologies/sandbox.yaml          report every mistake in the file
              polyvisor render topologies/mixed-lab.yaml -o out   write the files for every node
              polyvisor up topologies/sandbox.yaml                bring up the lab, and prove it

            Exit codes: 0 all is well; 1 something failed; 2 the input was wrong, and nothing was touched; 3 \
            done, with warnings.
            """,
        version: "0.1.0",
        subcommands: [
            Init.self, Schema.self, Validate.self, Render.self, ExplainPlacement.self, LintCommand.self, Explain.self,
            Releases.self, Graph.self, PreflightCommand.self, Capacity.self, VCenterCommand.self, ImageCommand.self,
            PlanCommand.self, Up.self, Verify.self, Status.self, History.self, SSHCommand.self, Down.self,
        ])

    /// Shows the help, as ArgumentParser does for a command without a `run` of its own.
    public init() {}

    /// Runs a command. What the command line itself has wrong ends with 2, like all input that is wrong.
    public static func start() async {
        // A reader that goes away must not end a run; unlike "ignore", a handler is not inherited by children.
        signal(SIGPIPE) { _ in }
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            endWithoutHandlers()
        } catch {
            endWithoutHandlers()
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            FileHandle.standardError.write(Data((fullMessage(for: error) + "\n").utf8))
            Foundation.exit(Exit.wrongInput.rawValue)
        }
    }

    /// From here on the process ends without what libraries registered with `atexit`: OpenSSL's handler frees what threads in
    /// the background still use, such as connections that are being closed, and the process would abort after a run that
    /// went well.
    private static func endWithoutHandlers() {
        // Handlers run from the newest to the oldest, so this one is the only one.
        on_exit(
            { status, _ in
                fflush(nil)
                _exit(status)
            }, nil)
    }
}
