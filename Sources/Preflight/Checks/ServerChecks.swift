import Facts
import Foundation
import HTTP
import Topology
import VSphere
import Wording

extension Check {
    /// The way to a vSphere server, before anything of it is known.
    static let serverChecks = [
        Check("reachable", "the server answers", .proof, .server(reachable)),
        Check("certificate", "its certificate is trusted, valid and its own", .proof, .server(certificate)),
        Check("certificate-verified", "its certificate is verified at all", .advice, .server(verified)),
        Check("login", "it lets the account in and keeps its session", .proof, .server(login)),
    ]

    @Sendable private static func reachable(_ sight: ServerSight) -> [Finding] {
        guard let failure = sight.failure, !failure.isOfCertificate, !failure.isOfLogin else { return [] }
        let check = "check its address in \(sight.server.place), and that this machine reaches it"
        let finding = Finding.error(
            sight.server.object, expected: "an answer of the vSphere API on port \(sight.server.port)",
            found: "\(failure.doing): \(failure.reason)", why: "nova-compute does not start without its vCenter",
            remedy: failure.kind == .unreachable ? check : failure.hint ?? check)
        return [failure.kind == .timeout ? finding.moving : finding]
    }

    @Sendable private static func certificate(_ sight: ServerSight) -> [Finding] {
        guard let failure = sight.failure, failure.isOfCertificate else { return expiring(sight) }
        let certificate = sight.certificate
        let seen = certificate.map { "\(quoted($0.subject)), SHA-256 \($0.sha256)" } ?? failure.reason
        func error(_ expected: String, _ found: String, _ remedy: String) -> [Finding] {
            [.error(sight.server.object, expected: expected, found: found, why: whyCertificate, remedy: remedy)]
        }
        if case .thumbprint(let pin) = sight.server.trust {
            return error(
                "the pinned certificate, SHA-256 \(pin)", "another one: \(seen)",
                "find out whether it was renewed; if so, `polyvisor vcenter trust` pins the new one")
        }
        if let end = certificate?.notAfter, end < sight.time {
            return error("a valid certificate", "it expired at \(end.formatted(.iso8601))", "renew it in vCenter")
        }
        if let start = certificate?.notBefore, start > sight.time {
            return error(
                "a valid certificate", "it is valid from \(start.formatted(.iso8601)) on",
                "set this machine's clock, or the one that issued it")
        }
        if sight.certificateProblem == .hostNameMismatch, let certificate {
            return error(
                "a certificate for \(sight.server.address)",
                "it is for \(listed(certificate.names, orNone: "no name"))",
                "write one of its names as `address` in \(sight.server.place), or renew the certificate")
        }
        return error(
            "a certificate that is trusted", "unknown: \(seen)",
            "give its authority's certificate as ca_file (\(sight.server.place)); "
                + "`polyvisor vcenter trust` shows and pins this one")
    }

    private static let whyCertificate =
        "Nova sends its password there; [vmware] ca_file and insecure decide, and a wrong one stops nova-compute"

    /// Days before its end at which a certificate is worth a word.
    private static let soon = 30.0

    private static func expiring(_ sight: ServerSight) -> [Finding] {
        guard let end = sight.certificate?.notAfter, sight.failure == nil else { return [] }
        let days = end.timeIntervalSince(sight.time) / 86_400
        guard days < soon, sight.server.trust != .insecure else { return [] }
        return [
            .warning(
                sight.server.object, expected: "a certificate for at least \(Int(soon)) days more",
                found: "it ends at \(end.formatted(.iso8601))", why: whyCertificate, remedy: "renew it in vCenter")
        ]
    }

    @Sendable private static func verified(_ sight: ServerSight) -> [Finding] {
        guard sight.server.trust == .insecure else { return [] }
        let seen = sight.certificate.map { " It shows \(quoted($0.subject)), SHA-256 \($0.sha256)." } ?? ""
        return [
            .warning(
                sight.server.object, expected: "a verified certificate",
                found: "it is NOT verified (insecure: true): anyone between can read the password.\(seen)",
                why: "[vmware] insecure is true in nova.conf, too", remedy: "give a ca_file in \(sight.server.place)")
        ]
    }

    @Sendable private static func login(_ sight: ServerSight) -> [Finding] {
        guard let failure = sight.failure, failure.isOfLogin else { return [] }
        let isSession = failure.kind == .notAuthenticated
        return [
            .error(
                sight.server.object,
                expected: isSession ? "a session that lasts for a few calls" : "to be let in",
                found: "\(failure.doing): \(failure.reason)"
                    + (isSession ? ", again after it was renewed" : ""),
                why: isSession
                    ? "Nova renews a session once a call ([vmware] api_retry_count does not count here), then fails"
                    : "nova-compute ends at its start with “Login failure”",
                remedy: failure.hint
                    ?? (isSession
                        ? "look in vCenter for what ends sessions: its limit of sessions, its restart, an administrator"
                        : "check username and password"))
        ]
    }
}

extension VSphereError {
    fileprivate var isOfCertificate: Bool { kind == .untrustedCertificate }
    fileprivate var isOfLogin: Bool { [.invalidLogin, .noPermission, .notAuthenticated].contains(kind) }
}
