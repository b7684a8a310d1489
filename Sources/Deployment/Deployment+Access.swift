public import Access
public import Records
import SSH
import Topology

extension Deployment {
    /// Does something with the ways to the lab, and closes them whatever comes of it.
    public func withAccess<T>(_ body: (LabAccess) async throws -> T) async throws -> T {
        try await withAccess(with: try await secrets(), body)
    }

    /// The same with secrets that are at hand.
    func withAccess<T>(
        with secrets: [SecretName: Secret], _ body: (LabAccess) async throws -> T
    ) async throws -> T {
        let access = LabAccess(to: lab, secrets: secrets, targets: try targets(), authorities: authorities)
        do {
            let value = try await body(access)
            await access.close()
            return value
        } catch {
            await access.close()
            throw error
        }
    }

    /// The same with connections to nodes alone.
    func withLinks<T>(_ body: (NodeLinks) async throws -> T) async throws -> T {
        try await NodeLinks.open(to: try targets(), body)
    }

    /// Keeps what a verification found, for a later `up` that changes nothing.
    public func record(verificationOf digest: String, passed: Bool, report: String) async throws {
        try await store.record(PastVerification(of: digest, passed: passed, report: report))
    }

    /// When the lab in this very shape last passed a verification, if that was its newest one, and its report in JSON.
    public func lastPassed(_ digest: String) async throws -> PastVerification? {
        try await store.lastVerification(of: digest).flatMap { $0.passed ? $0 : nil }
    }
}
