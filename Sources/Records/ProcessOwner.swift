import Crypto
import Foundation
import Wording

/// A process of some machine, as it is written on what the process makes elsewhere: it tells what a killed run left behind
/// from what a run is still at work on.
public struct ProcessOwner: Sendable, Equatable {
    /// One boot of one machine and the namespace in which `process` counts, as 12 hexadecimal digits.
    public let place: String
    /// Its id in its own namespace.
    public let process: Int32
    /// Clock ticks between the boot and the start of the process: the same number may belong to another one later.
    public let started: UInt64

    /// An owner as it was written down.
    public init(place: String, process: Int32, started: UInt64) {
        (self.place, self.process, self.started) = (place, process, started)
    }

    /// Letters, digits and dashes, so that it can be metadata, one word of a description or part of a file's name.
    public var text: String { "\(place)-\(process)-\(started)" }

    /// nil: no such text.
    public init?(text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts[0].count == 12, let process = Int32(parts[1]), let started = UInt64(parts[2])
        else { return nil }
        self.init(place: parts[0], process: process, started: started)
    }

    /// This process.
    public static func current() -> ProcessOwner {
        let process = ProcessInfo.processInfo.processIdentifier
        let namespace = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
        let words = "\(ProcessRecord.currentBoot ?? "unknown") \(namespace ?? "unknown")"
        let digest = SHA256.hash(data: Data(words.utf8)).hexadecimal
        return ProcessOwner(place: String(digest.prefix(12)), process: process, started: start(of: process) ?? 0)
    }

    /// When a process of this machine started; nil: it is not there, or has ended and waits to be reaped.
    public static func start(of process: Int32) -> UInt64? {
        guard let stat = ProcFile.text("/proc/\(process)/stat").flatMap(ProcessStat.init), !stat.hasEnded else {
            return nil
        }
        return stat.startTime
    }

    /// Whether the process has ended; nil: it is one of another machine or boot, of which nobody here can tell.
    public func hasEnded(
        here: ProcessOwner = .current(), start: (Int32) -> UInt64? = ProcessOwner.start(of:)
    ) -> Bool? {
        place == here.place ? start(process) != started : nil
    }
}
