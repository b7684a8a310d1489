import Deployment
import Foundation
import Synchronization
import Verification
import Wording

/// What a person reads while a command works: lines on standard error, coloured only on a terminal.
final class Console: Sendable {
    private let quiet: Bool
    private let colours: Bool
    private let started = ContinuousClock().now
    private let warned = Mutex(0)
    /// Where a running verification is shown as a table; nil: in lines.
    private let live: LiveDisplay?

    init(quiet: Bool, environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.quiet = quiet
        // https://no-color.org: any value that is not empty.
        colours = isatty(2) == 1 && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
        let isTerminal = isatty(2) == 1 && environment["TERM", default: "dumb"] != "dumb"
        live = isTerminal && !quiet ? LiveDisplay(colours: colours, write: Self.writeAsItIs) : nil
    }

    /// How many warnings were printed.
    var warnings: Int { warned.withLock { $0 } }

    /// A line of progress, with the seconds since the command began.
    func say(_ text: String) {
        guard !quiet else { return }
        let seconds = (ContinuousClock().now - started).seconds
        write(String(format: "%6.1fs  ", seconds) + text)
    }

    func warn(_ text: String) {
        warned.withLock { $0 += 1 }
        write(paint("warning: ", .yellow) + text)
    }

    /// Problems that already say what they are.
    func complain(_ text: String) { write(text.hasSuffix("\n") ? String(text.dropLast()) : text) }

    /// A question on the terminal; no where there is none.
    func confirm(_ question: String) -> Bool {
        guard isatty(0) == 1 else { return false }
        try? FileHandle.standardError.write(contentsOf: Data("\(question) [y/N] ".utf8))
        return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
    }

    func error(_ text: String) { write(paint("error: ", .red) + text) }

    /// The result itself, on standard output. That nobody reads it any more, as behind `| head -1`, is no error.
    func print(_ text: String) throws {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data((text.hasSuffix("\n") ? text : text + "\n").utf8))
        } catch {
            guard errno != EPIPE else { return }
            throw OutputError(reason: String(cString: strerror(errno)))
        }
    }

    /// A step of a deployment as a line.
    func show(_ event: DeploymentEvent) {
        switch event {
        case .began(let step): say("\(paint("·", .dim)) \(step.node ?? "cloud"): \(step.title) …")
        case .finished(let step, let seconds):
            say("\(paint("✓", .green)) \(step.node ?? "cloud"): \(step.title) \(paint(Self.short(seconds), .dim))")
        case .failed(let failure, _): write("\(paint("✗", .red)) \(failure)")
        case .skipped(let step, let cause):
            say("\(paint("–", .yellow)) \(step.node ?? "cloud"): \(step.title) left out: \(cause) did not succeed")
        case .warning(let node, let text): warn((node.map { "\($0): " } ?? "") + text)
        case .progress(let node, let text): say((node.map { "\($0): " } ?? "") + text)
        }
    }

    /// A check of a verification: in a table on a terminal, as a line elsewhere.
    func show(_ event: VerificationEvent) {
        live?.take(event)
        switch event {
        case .began: break
        case .ended(_, let check) where live != nil && !check.hasFailed: break
        case .hypervisors where live != nil: break
        case .warning(let text): warn(text)
        default: say("\(event)")
        }
    }

    /// Whether the result on standard output may have colours.
    var coloursOnOutput: Bool { colours && isatty(1) == 1 }

    private static func short(_ seconds: Double) -> String { String(format: "%.1f s", seconds) }

    private enum Colour: String { case red = "31", green = "32", yellow = "33", dim = "2" }

    private func paint(_ text: String, _ colour: Colour) -> String {
        colours ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// A run does not end because nobody reads what it tells: its log has all of it.
    private func write(_ line: String) {
        if let live { live.print(line + "\n") } else { Self.writeAsItIs(line + "\n") }
    }

    private static func writeAsItIs(_ text: String) {
        if !text.isEmpty { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
    }
}

/// The result could not be written to standard output.
struct OutputError: Error, CustomStringConvertible {
    var reason: String
    var description: String { "write the result to standard output: \(reason)" }
}
