public import Foundation

/// How a command on a node ended and what it said.
public struct CommandResult: Sendable, Equatable {
    /// The exit status; 255 when a signal ended the command.
    public let status: Int32
    /// The name of the signal that ended the command, such as `KILL`; else nil.
    public let signal: String?
    /// The first bytes of standard output, up to the limit given to `run`.
    public let stdout: Data
    /// The first bytes of standard error, up to the same limit.
    public let stderr: Data
    /// How many bytes came beyond what `stdout` holds.
    public let stdoutDropped: Int
    /// How many bytes came beyond what `stderr` holds.
    public let stderrDropped: Int

    /// Whether it ended by itself with status 0.
    public var succeeded: Bool { status == 0 }

    /// Standard output as text; bytes that are not UTF-8 become U+FFFD.
    public var stdoutText: String { String(decoding: stdout, as: UTF8.self) }
    /// Standard error as text; bytes that are not UTF-8 become U+FFFD.
    public var stderrText: String { String(decoding: stderr, as: UTF8.self) }

    /// "status 2" or "signal KILL", with the last lines of standard error.
    public var failure: String {
        let end = signal.map { "ended by signal \($0)" } ?? "status \(status)"
        let lines = stderrText.split(separator: "\n").suffix(5).joined(separator: "\n")
        return lines.isEmpty ? end : "\(end): \(lines)"
    }
}

/// Keeps the first bytes up to a limit and counts the rest.
struct BoundedBuffer {
    private(set) var data = Data()
    private(set) var dropped = 0
    let limit: Int

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        let kept = bytes.prefix(limit - data.count)
        data.append(contentsOf: kept)
        dropped += bytes.count - kept.count
    }
}

/// Cuts a stream into lines for a callback.
struct LineSplitter {
    /// A line longer than this is given out in pieces, so that a stream without line ends stays bounded.
    static let longest = 64 << 10
    private var pending: [UInt8] = []
    let onLine: @Sendable (String) -> Void

    init(onLine: @escaping @Sendable (String) -> Void) {
        self.onLine = onLine
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        for piece in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
            pending += piece
            emit()
        }
        let start = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        pending += bytes[start...]
        if pending.count > Self.longest { emit() }
    }

    /// Gives out a last line that has no line end.
    mutating func finish() {
        if !pending.isEmpty { emit() }
    }

    private mutating func emit() {
        onLine(String(decoding: pending, as: UTF8.self))
        pending.removeAll(keepingCapacity: true)
    }
}
