public import Foundation

/// One link to one node: run, read, write.
///
/// It does one thing at a time, in the order of the calls, on a thread of its own; any number of
/// connections can be open at once. A call made while another runs waits for its turn, and its time
/// counts from then. When a connection is lost every later call fails with `.disconnected`: open a new one.
public actor SSHConnection {
    /// The thread on which this connection's calls block.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Where this connection goes.
    public nonisolated let target: SSHTarget
    private let executor: ThreadExecutor
    private let wake = Wake()
    private var session: Session?

    private init(to target: SSHTarget) {
        self.target = target
        executor = ThreadExecutor(name: "ssh \(target.label)")
    }

    /// Connects, verifies the node's host key against known_hosts, only then logs in, and sees that commands run.
    ///
    /// - Parameter timeout: for all of it together.
    /// - Throws: `SSHError` of the kinds `unreachable`, `timeout`, `hostKeyUnknown`, `hostKeyMismatch`,
    ///   `identityFile`, `passphrase`, `rsaKeyUnsupported`, `authentication`, `noShell`, `noisyShell`,
    ///   `protocolFailure`, `cancelled`.
    public static func open(
        _ target: SSHTarget, timeout: Duration = .seconds(20)
    ) async throws(SSHError) -> SSHConnection {
        let connection = SSHConnection(to: target)
        try await connection.connect(by: Deadline(after: timeout))
        return connection
    }

    private func connect(by deadline: Deadline) async throws(SSHError) {
        let opened = await wokenByCancellation { () throws(SSHError) in
            session = try Session.open(target, by: deadline, wake: wake)
        }
        try opened.get()
    }

    /// Runs a command on the node and waits for its end: by the user's login shell where it is a kind of sh, else by sh.
    ///
    /// Both outputs are always read, whatever the node sends first. A command that fails is a result, not
    /// an error. After a timeout or a cancellation its channel is closed, which does not end the command
    /// on the node: use `timeout 30 …` there if it must not outlive the wait.
    ///
    /// - Parameters:
    ///   - command: visible in the node's process list: secrets belong into `input`.
    ///   - input: for standard input, which is at its end after it.
    ///   - timeout: how long the command may take; nil is without limit.
    ///   - limit: how many bytes of each output to keep; the rest is only counted.
    ///   - onLine: gets each line of standard output as it comes, on the connection's thread.
    /// - Throws: `disconnected`, `timeout`, `cancelled`, `io`.
    public func run(
        _ command: String, input: Data? = nil, timeout: Duration? = nil, keeping limit: Int = 16 << 20,
        onLine: (@Sendable (String) -> Void)? = nil
    ) async throws(SSHError) -> CommandResult {
        var execution = Execution(command, doing: "run \(Self.short(command))", timeout: timeout, keeping: limit)
        if let input { execution.input = StandardInput([.frame(input)]) }
        if let onLine { execution.lines = LineSplitter(onLine: onLine) }
        return try await execute(execution)
    }

    /// Runs a command that has to succeed, and gives its standard output as text.
    ///
    /// - Throws: also `commandFailed`, with the last lines of standard error.
    public func output(
        of command: String, input: Data? = nil, timeout: Duration? = nil
    ) async throws(SSHError) -> String {
        let result = try await run(command, input: input, timeout: timeout)
        guard result.succeeded else {
            throw SSHError(
                .commandFailed(status: result.status), node: target.label, doing: "run \(Self.short(command))",
                reason: result.failure)
        }
        return result.stdoutText
    }

    /// Ends the connection. Later calls fail with `disconnected`.
    public func close() {
        session?.sayGoodbye()
        session = nil
    }

    func execute(_ execution: Execution) async throws(SSHError) -> CommandResult {
        guard let session else {
            throw SSHError(
                .disconnected, node: target.label, doing: execution.doing, reason: "the connection was closed before")
        }
        let result = await wokenByCancellation { () throws(SSHError) in try session.execute(execution) }
        return try result.get()
    }

    /// Calls `body`, whose waits end early when the task is cancelled.
    private func wokenByCancellation<T: Sendable>(
        _ body: () throws(SSHError) -> T
    ) async -> Result<T, SSHError> {
        await withTaskCancellationHandler {
            result(of: body)
        } onCancel: {
            wake.signal()
        }
    }

    /// Isolated, and with it the closure above, which would leave this actor's thread for Swift's pool else.
    private func result<T>(of body: () throws(SSHError) -> T) -> Result<T, SSHError> {
        Result(catching: body)
    }

    /// The beginning of a command's first line, for messages.
    private static func short(_ command: String) -> String {
        let line = command.prefix { !$0.isNewline }
        return line.count <= 80 && line.count == command.count ? "`\(command)`" : "`\(line.prefix(80))…`"
    }
}
