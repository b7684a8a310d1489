import Foundation

/// What everything bears that a run makes: whose it is, and when it may be taken for abandoned.
public struct RunMark: Sendable, Equatable {
    /// Eight hexadecimal digits, another for each run.
    public let run: String
    /// The process that made it; nil where the mark does not say.
    public let owner: ProcessOwner?
    /// Seconds since 1970.
    public let started: Int
    /// Seconds since 1970; from then on nobody is at work on it any more.
    public let expires: Int

    /// Everything that a run makes has a name that begins so.
    public static let prefix = "polyvisor-verify-"

    /// - Parameter lifetime: how long the run may take at the most.
    public init(run: String, owner: ProcessOwner? = .current(), started: Int = now(), lifetime: Duration) {
        self.run = run
        self.owner = owner
        self.started = started
        expires = started + Int(lifetime.components.seconds)
    }

    /// `polyvisor-verify-3f9a1c20-`
    public var prefix: String { "\(Self.prefix)\(run)-" }

    /// The mark as metadata of a server or properties of an image.
    public var metadata: [String: String] {
        [
            Key.run: run, Key.owner: owner?.text ?? "unknown", Key.started: "\(started)", Key.expires: "\(expires)",
        ]
    }

    /// The mark as a description, for what has no metadata.
    public var text: String {
        metadata.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }

    /// nil: not ours.
    public init?(metadata: [String: String]) {
        guard let run = metadata[Key.run] else { return nil }
        self.run = run
        owner = metadata[Key.owner].flatMap(ProcessOwner.init(text:))
        started = metadata[Key.started].flatMap(Int.init) ?? 0
        expires = metadata[Key.expires].flatMap(Int.init) ?? started + 3600
    }

    /// nil: not ours.
    public init?(text: String) {
        let pairs = text.split(separator: " ").compactMap { word in
            word.firstIndex(of: "=").map { (String(word[..<$0]), String(word[$0...].dropFirst())) }
        }
        self.init(metadata: Dictionary(pairs, uniquingKeysWith: { first, _ in first }))
    }

    /// Whether the run is over, so that nobody will remove any more what it made.
    ///
    /// Of a run elsewhere one can only say that it must be over after its time.
    public func isOver(
        here: ProcessOwner, now: Int = now(), start: (Int32) -> UInt64? = ProcessOwner.start(of:)
    ) -> Bool {
        owner?.hasEnded(here: here, start: start) ?? (now >= expires)
    }

    /// Seconds since 1970.
    public static func now() -> Int { Int(Date().timeIntervalSince1970) }

    private enum Key {
        static let run = "polyvisor_run"
        static let owner = "polyvisor_owner"
        static let started = "polyvisor_started"
        static let expires = "polyvisor_expires"
    }
}
