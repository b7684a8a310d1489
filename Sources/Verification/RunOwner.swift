import Foundation

/// The process that a verification runs in, as it is written into the metadata of the instances that it makes.
///
/// It tells the instances of a run that was killed from those of one that is still under way beside us.
struct RunOwner: Sendable, Equatable {
    /// This boot of this machine, and the namespace in which `process` counts.
    let place: String
    let process: Int32
    /// Clock ticks between the boot and the start of the process: the same number may belong to another one later.
    let started: UInt64

    /// The owner as text, e.g. `3f0c…:4026531836/1234/567890`.
    var text: String { "\(place)/\(process)/\(started)" }

    init(place: String, process: Int32, started: UInt64) {
        self.place = place
        self.process = process
        self.started = started
    }

    init?(text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, let process = Int32(parts[1]), let started = UInt64(parts[2]) else { return nil }
        self.init(place: String(parts[0]), process: process, started: started)
    }

    /// This process.
    static func current() -> RunOwner {
        let process = ProcessInfo.processInfo.processIdentifier
        return RunOwner(place: currentPlace(), process: process, started: start(of: process) ?? 0)
    }

    private static func currentPlace() -> String {
        let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? "unknown"
        let namespace = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? "unknown"
        return boot.filter { !$0.isWhitespace } + ":" + namespace.filter(\.isNumber)
    }

    /// Field 22 of proc_pid_stat(5); nil: no such process. The command's name before it may hold any character.
    static func start(of process: Int32) -> UInt64? {
        guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = stat.lastIndex(of: ")")
        else { return nil }
        let fields = stat[end...].split(separator: " ")
        return fields.count > 20 ? UInt64(fields[20]) : nil
    }
}
