/// What a verification tells while it works.
public enum VerificationEvent: Sendable {
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
}
