import Wording

/// What a verification tells while it works.
public enum VerificationEvent: Sendable, CustomStringConvertible {
    /// The hypervisors that will be verified, by the host of their service.
    case hypervisors([String])
    /// A check begins.
    case began(host: String, check: CheckName)
    /// A check ended or was skipped.
    case ended(host: String, check: CheckReport)
    /// All checks of a hypervisor have ended.
    case finished(HypervisorReport)
    /// Something was done on the side.
    case note(String)
    /// Something that stops nothing but should be looked at.
    case warning(String)

    /// The event in a line.
    public var description: String {
        switch self {
        case .hypervisors(let hosts): "verifying \(hosts.joined(separator: ", "))"
        case .began(let host, let check): "\(host): \(check.title) …"
        case .ended(let host, let check): "\(host): \(check.name.title): \(Self.words(check.verdict))"
        case .finished(let report): "\(report.host) \(report.verdict.rawValue)"
        case .note(let text): text
        case .warning(let text): "warning: \(text)"
        }
    }

    private static func words(_ verdict: CheckVerdict) -> String {
        switch verdict {
        case .passed(let finding): VisibleText(finding ?? "yes").folded
        case .failed(let failure): "failed: \(VisibleText(failure.description).folded)"
        case .skipped(let reason): "left out: \(VisibleText(reason).folded)"
        }
    }
}
