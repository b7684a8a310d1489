public import Foundation

/// What a verification found, for a later `up` that changes nothing.
public struct PastVerification: Sendable, Equatable {
    /// The shape of the lab that was verified: SHA-256 over all that was rendered and uploaded.
    public var digest: String
    /// When it ended.
    public var finished: Date
    /// Whether all hypervisors were proven.
    public var passed: Bool
    /// In JSON.
    public var report: String

    /// - Parameter digest: of what was verified.
    public init(of digest: String, passed: Bool, report: String, finished: Date = Date()) {
        (self.digest, self.passed, self.report, self.finished) = (digest, passed, report, finished)
    }
}
