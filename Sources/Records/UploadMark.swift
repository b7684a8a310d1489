import Foundation

/// Written on an upload that is not finished: it tells what a killed run left from what another run is just sending.
public struct UploadMark: Sendable, Equatable {
    /// The process that sends it.
    public let owner: ProcessOwner
    /// Seconds since 1970.
    public let since: Int

    /// The mark of an upload that begins now.
    public init(owner: ProcessOwner = .current(), since: Int = now()) { (self.owner, self.since) = (owner, since) }

    /// Letters, digits and dashes, so that it can be part of a file's name.
    public var text: String { "\(owner.text)-\(since)" }

    /// nil: no mark of an upload.
    public init?(text: String) {
        guard let dash = text.lastIndex(of: "-"), let owner = ProcessOwner(text: String(text[..<dash])),
            let since = Int(text[text.index(after: dash)...])
        else { return nil }
        self.init(owner: owner, since: since)
    }

    /// How long an upload may take, after which one from elsewhere is taken for dead.
    public static let longest = 72 * 3600

    /// Whether nobody will finish what bears this mark.
    public func isOver(now: Int = now()) -> Bool { owner.hasEnded() ?? (now - since > Self.longest) }

    /// Seconds since 1970.
    public static func now() -> Int { Int(Date().timeIntervalSince1970) }
}
