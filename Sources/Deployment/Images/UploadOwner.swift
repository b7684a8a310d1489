import Foundation

/// The process that an upload runs in, written on what it has not finished: it tells what a killed run left from what
/// another run is just sending.
struct UploadOwner: Sendable, Equatable {
    /// This boot of this machine and the namespace of its processes, as 12 hexadecimal digits.
    let place: String
    let process: Int32
    /// Clock ticks between the boot and the start of the process: the same number may belong to another one later.
    let started: UInt64
    /// Seconds since 1970.
    let since: Int

    /// Letters, digits and dashes, so that it can be part of a file's name.
    var text: String { "\(place)-\(process)-\(started)-\(since)" }

    init(place: String, process: Int32, started: UInt64, since: Int) {
        (self.place, self.process, self.started, self.since) = (place, process, started, since)
    }

    init?(text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, parts[0].count == 12, let process = Int32(parts[1]), let started = UInt64(parts[2]),
            let since = Int(parts[3])
        else { return nil }
        self.init(place: parts[0], process: process, started: started, since: since)
    }

    /// This process.
    static func current() -> UploadOwner {
        let process = ProcessInfo.processInfo.processIdentifier
        let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? "unknown"
        let namespace = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? "unknown"
        return UploadOwner(
            place: String(sha256(of: [boot, namespace]).prefix(12)), process: process, started: start(of: process) ?? 0,
            since: Int(Date().timeIntervalSince1970))
    }

    /// Field 22 of proc_pid_stat(5); nil: no such process. The command's name before it may hold any character.
    static func start(of process: Int32) -> UInt64? {
        guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = stat.lastIndex(of: ")")
        else { return nil }
        let fields = stat[end...].split(separator: " ")
        return fields.count > 20 ? UInt64(fields[20]) : nil
    }

    /// How long an upload may take, after which one from elsewhere is taken for dead.
    static let longest = 72 * 3600

    /// Whether nobody will finish what bears this mark.
    func isOver(
        here: UploadOwner = .current(), start: (Int32) -> UInt64? = UploadOwner.start(of:)
    ) -> Bool {
        guard place == here.place else { return here.since - since > Self.longest }
        return start(process) != started
    }
}
