internal import CSSH2
import Foundation

/// One command on its way: what it is given, what it has said so far.
struct Execution {
    let command: String
    /// For messages; the command itself may be long.
    let doing: String
    let deadline: Deadline
    var input = StandardInput()
    var stdout: BoundedBuffer
    var stderr: BoundedBuffer
    var lines: LineSplitter?
    /// Told how many bytes of input have gone out so far.
    var onSent: ((Int) -> Void)?

    init(_ command: String, doing: String, timeout: Duration?, keeping limit: Int) {
        self.init(command, doing: doing, by: Deadline(after: timeout), keeping: limit)
    }

    init(_ command: String, doing: String, by deadline: Deadline, keeping limit: Int) {
        self.command = command
        self.doing = doing
        self.deadline = deadline
        stdout = BoundedBuffer(limit: limit)
        stderr = BoundedBuffer(limit: limit)
    }

    fileprivate var chunk = Data()
    fileprivate var sent = 0
    fileprivate var hasSentEnd = false
}

extension Session {
    /// libssh2 sends a command in one packet, which may have 40,000 bytes at most.
    private static let longestCommand = 32000

    /// Runs a command to its end. After a fault in the middle the channel is left to the session, which
    /// frees it with itself: sshd confirms a close only when the command has ended.
    func execute(_ execution: consuming Execution) throws(SSHError) -> CommandResult {
        var execution = execution
        try checkUsable(execution)
        let channel = try orGiveUp { () throws(SSHError) in try start(execution) }
        do throws(SSHError) {
            try pump(channel, &execution)
        } catch {
            abandon(channel, after: error)
            throw error.kind == .timeout ? overdue(execution) : error
        }
        return try orGiveUp { () throws(SSHError) in try finish(channel, execution) }
    }

    private func checkUsable(_ execution: Execution) throws(SSHError) {
        if let lost {
            throw failure(
                .disconnected, execution.doing, "the connection was lost before: \(lost.doing): \(lost.reason)",
                hint: "open a new one")
        }
        let length = shell.line(for: execution.command).utf8.count
        guard length <= Self.longestCommand, !execution.command.utf8.contains(0) else {
            throw failure(
                .io, execution.doing, "a command has at most \(Self.longestCommand) bytes and no NUL byte",
                hint: "send long scripts and data as input, to sh -s")
        }
    }

    /// A call that ended half-way leaves libssh2 in a state where it expects that very call again.
    private func orGiveUp<T>(_ body: () throws(SSHError) -> T) throws(SSHError) -> T {
        do throws(SSHError) {
            return try body()
        } catch {
            if error.kind == .timeout || error.kind == .cancelled { giveUp(error) }
            throw error
        }
    }

    private func start(_ execution: Execution) throws(SSHError) -> OpaquePointer {
        let kind = "session"
        var opened: OpaquePointer?
        let code = try codeWhenDone(execution.doing, by: execution.deadline) {
            opened = libssh2_channel_open_ex(handle, kind, UInt32(kind.utf8.count), 2 << 20, 32 << 10, nil, 0)
            return opened == nil ? libssh2_session_last_errno(handle) : 0
        }
        guard let channel = opened else { throw noChannel(code, execution) }
        let (request, command) = ("exec", shell.line(for: execution.command))
        try repeatUntilDone(execution.doing, by: execution.deadline) {
            libssh2_channel_process_startup(
                channel, request, UInt32(request.utf8.count), command, UInt32(command.utf8.count))
        }
        return channel
    }

    private func noChannel(_ code: Int32, _ execution: Execution) -> SSHError {
        guard code == LIBSSH2_ERROR_CHANNEL_FAILURE else {
            return failure(.io, execution.doing, "no channel: \(lastWords) (libssh2 \(code))")
        }
        return failure(
            .io, execution.doing, "the node's sshd opens no session for a command (\(lastWords))",
            hint: "`MaxSessions 10` at the very top of /etc/ssh/sshd_config on the node, and restart its sshd")
    }

    private func finish(_ channel: OpaquePointer, _ execution: Execution) throws(SSHError) -> CommandResult {
        try repeatUntilDone(execution.doing, by: execution.deadline) { libssh2_channel_close(channel) }
        let signal = exitSignal(of: channel)
        let status = signal == nil ? libssh2_channel_get_exit_status(channel) : 255
        try repeatUntilDone(execution.doing, by: execution.deadline) { libssh2_channel_free(channel) }
        return CommandResult(
            status: status, signal: signal, stdout: execution.stdout.data, stderr: execution.stderr.data,
            stdoutDropped: execution.stdout.dropped, stderrDropped: execution.stderr.dropped)
    }

    private func exitSignal(of channel: OpaquePointer) -> String? {
        var name: UnsafeMutablePointer<CChar>?
        var length = 0
        guard libssh2_channel_get_exit_signal(channel, &name, &length, nil, nil, nil, nil) == 0, let name else {
            return nil
        }
        defer { libssh2_free(handle, name) }
        return String(decoding: UnsafeRawBufferPointer(start: name, count: length), as: UTF8.self)
    }

    private func abandon(_ channel: OpaquePointer, after error: SSHError) {
        if isMidPacket {
            giveUp(error)
        } else if lost == nil {
            // Asks only; nobody waits for the confirmation.
            _ = libssh2_channel_close(channel)
            if isMidPacket { giveUp(error) }
        }
    }

    private func overdue(_ execution: Execution) -> SSHError {
        failure(
            .timeout, execution.doing, "not done within \(execution.deadline.allowance?.text ?? "the time given")",
            hint: "its channel was closed, but the command may still run on the node")
    }

    // MARK: Bytes

    /// Sends and receives until the node has closed the channel, whichever way round the bytes come.
    private func pump(_ channel: OpaquePointer, _ execution: inout Execution) throws(SSHError) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            try checkTime(execution.doing, by: execution.deadline)
            let hasFed = try feed(channel, &execution)
            let hasOutput = try drain(channel, 0, &buffer, &execution)
            let hasErrors = try drain(channel, SSH_EXTENDED_DATA_STDERR, &buffer, &execution)
            if libssh2_channel_eof(channel) == 1, try isClosed(channel, execution) { break }
            if !hasFed, !hasOutput, !hasErrors, !hasWork(channel, execution) {
                try wait(execution.doing, by: execution.deadline)
            }
        }
        execution.lines?.finish()
    }

    /// Each call of libssh2 takes in whatever has arrived, also for others: what came for one stream while
    /// another was read does not make the socket readable again.
    private func hasWork(_ channel: OpaquePointer, _ execution: Execution) -> Bool {
        var unread: UInt = 0
        libssh2_channel_window_read_ex(channel, &unread, nil)
        return unread > 0 || (!execution.hasSentEnd && libssh2_channel_window_write_ex(channel, nil) > 0)
    }

    private func isClosed(_ channel: OpaquePointer, _ execution: Execution) throws(SSHError) -> Bool {
        try attempt(execution.doing, by: execution.deadline) { Int(libssh2_channel_wait_closed(channel)) } == 0
    }

    /// Sends one packet of input, or its end; false if there was nothing to do.
    private func feed(_ channel: OpaquePointer, _ execution: inout Execution) throws(SSHError) -> Bool {
        if execution.hasSentEnd { return false }
        if execution.chunk.isEmpty {
            do throws(StandardInput.Failure) {
                execution.chunk = try execution.input.next() ?? Data()
            } catch {
                throw failure(.io, execution.doing, error.reason)
            }
        }
        guard !execution.chunk.isEmpty else {
            let code = try attempt(execution.doing, by: execution.deadline) { Int(libssh2_channel_send_eof(channel)) }
            execution.hasSentEnd = code == 0
            return execution.hasSentEnd
        }
        let chunk = execution.chunk
        let count = try attempt(execution.doing, by: execution.deadline) {
            chunk.withUnsafeBytes {
                libssh2_channel_write_ex(channel, 0, $0.assumingMemoryBound(to: CChar.self).baseAddress, $0.count)
            }
        }
        guard count > 0 else { return false }
        execution.chunk = chunk.dropFirst(count)
        execution.sent += count
        execution.onSent?(execution.sent)
        return true
    }

    /// Takes one buffer of output; false if there was none.
    private func drain(
        _ channel: OpaquePointer, _ stream: Int32, _ buffer: inout [UInt8], _ execution: inout Execution
    ) throws(SSHError) -> Bool {
        let count = try attempt(execution.doing, by: execution.deadline) {
            buffer.withUnsafeMutableBytes {
                libssh2_channel_read_ex(channel, stream, $0.assumingMemoryBound(to: CChar.self).baseAddress, $0.count)
            }
        }
        guard count > 0 else { return false }
        buffer.withUnsafeBytes { bytes in
            let bytes = UnsafeRawBufferPointer(rebasing: bytes.prefix(count))
            if stream == 0 {
                execution.stdout.append(bytes)
                execution.lines?.append(bytes)
            } else {
                execution.stderr.append(bytes)
            }
        }
        return true
    }
}
