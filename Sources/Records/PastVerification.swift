public import Foundation

/// What a verification found, for a later `up` that changes nothing.
public struct PastVerification: Sendable, Equatable {
    /// The shape of the lab that was verified: SHA-256 over all that was rendered and uploaded.
    public var digest: String
    public var finished: Date
    public var passed: Bool
    /// In JSON.
    public var report: String

    public init(of digest: String, passed: Bool, report: String, finished: Date = Date()) {
        (self.digest, self.passed, self.report, self.finished) = (digest, passed, report, finished)
    }
}
