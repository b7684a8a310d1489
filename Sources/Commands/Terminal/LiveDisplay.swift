import Deployment
import Foundation
import Synchronization
import Verification
import Wording

/// The table of a running verification at the end of a terminal's output; lines that are written meanwhile go above it.
final class LiveDisplay: Sendable {
    private struct State {
        var table = LiveTable()
        /// Lines of the table that are on the screen.
        var drawn = 0
    }

    private let state = Mutex(State())
    private let colours: Bool
    private let start = ContinuousClock.now
    private let write: @Sendable (String) -> Void

    /// - Parameter write: writes to the terminal as it is.
    init(colours: Bool, write: @escaping @Sendable (String) -> Void) {
        (self.colours, self.write) = (colours, write)
        // The seconds go on while nothing happens; it ends with the display.
        Task { [weak self] in
            while let display = self {
                display.redraw()
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    func take(_ event: VerificationEvent) {
        state.withLock { state in
            state.table.take(event, now: seconds)
            draw(&state, above: "")
            // What follows is the report, with all of it.
            if state.table.isOver { erase(&state) }
        }
    }

    /// Writes lines above the table.
    func print(_ text: String) { state.withLock { draw(&$0, above: text) } }

    private func redraw() { state.withLock { if $0.drawn > 0 { draw(&$0, above: "") } } }

    private func draw(_ state: inout State, above text: String) {
        guard !state.table.isEmpty, !state.table.isOver || state.drawn > 0 else { return write(text) }
        let (width, height) = Self.size
        let lines = state.table.lines(width: width, height: height, now: seconds, colours: colours)
        write(Self.back(state.drawn) + text + lines.map { $0 + "\n" }.joined())
        state.drawn = lines.count
    }

    private func erase(_ state: inout State) {
        write(Self.back(state.drawn))
        state = State()
    }

    private var seconds: Double { (ContinuousClock.now - start).seconds }

    /// To the beginning of so many lines before, and clear from there on (ECMA-48: CPL and ED).
    private static func back(_ lines: Int) -> String { lines > 0 ? "\u{1B}[\(lines)F\u{1B}[J" : "" }

    /// Of the terminal on standard error, now: people change it.
    private static var size: (width: Int, height: Int) {
        var size = winsize()
        guard ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return (80, 24) }
        return (Int(size.ws_col), max(4, Int(size.ws_row)))
    }
}
