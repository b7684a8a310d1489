public import Foundation
public import HTTP
public import Topology
import Wording

/// The certificate that a vCenter of a topology shows now.
public struct ShownCertificate: Sendable, Equatable, Encodable {
    /// The vCenter's name in the topology.
    public let vcenter: String
    /// IP address or host name, as the topology has it.
    public let address: String
    /// Whose it is, as OpenSSL prints it.
    public let subject: String
    /// Who signed it; equal to the subject where it signed itself.
    public let issuer: String
    /// The DNS names and IP addresses that it is for.
    public let names: [String]
    /// When it begins to be valid.
    public let notBefore: Date?
    /// When it is no longer valid.
    public let notAfter: Date?
    /// 64 hexadecimal digits.
    public let sha256: String
    /// All of it, for `ca_file` where it signed itself.
    public let pem: String
    /// Whether the topology's thumbprint is this one.
    public let isPinned: Bool
    /// Why Nova could not take it as its own authority (`ca_file`); nil if it can.
    ///
    /// Python's ssl before 3.13 trusts a file's certificate only where the chain ends in it, as that of one that signed
    /// itself does, and oslo.vmware compares names.
    public let obstacleAsAuthority: String?

    /// - Throws: `HTTPError` when there is no TLS handshake.
    public static func read(from vcenter: VCenter) async throws(HTTPError) -> ShownCertificate {
        let shown = try await ServerCertificate.read(from: vcenter.address, port: vcenter.port)
        return ShownCertificate(
            vcenter: vcenter.name, address: vcenter.address, subject: shown.subject, issuer: shown.issuer,
            names: shown.names, notBefore: shown.notBefore, notAfter: shown.notAfter, sha256: shown.sha256,
            pem: shown.pem, isPinned: vcenter.trust == .thumbprint(shown.sha256),
            obstacleAsAuthority: obstacle(shown, at: vcenter.address))
    }

    private static func obstacle(_ shown: ServerCertificate, at address: String) -> String? {
        if shown.issuer != shown.subject {
            return "\(shown.issuer) signed it, whose certificate ca_file has to be; a vCenter has it at "
                + "https://\(address)/certs/download.zip"
        }
        return shown.isFor(address) ? nil : "it is for \(listed(shown.names, orNone: "no name")), not for \(address)"
    }

    /// Writes it where `ca_file` can name it: beside, then in its place.
    ///
    /// - Throws: `ShownCertificateProblem` where that would be of no use.
    public func save(as file: String) throws {
        if let obstacleAsAuthority {
            throw ShownCertificateProblem(reason: "it is no ca_file for Nova: \(obstacleAsAuthority)")
        }
        let text = pem.hasSuffix("\n") ? pem : pem + "\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
    }

    /// For a terminal.
    public var text: String {
        func time(_ date: Date?) -> String { date?.formatted(.iso8601) ?? "unknown" }
        return VisibleText(
            """
            \(vcenter) (\(address))
              subject: \(subject)
              issuer:  \(issuer)\(issuer == subject ? " (itself)" : "")
              names:   \(names.isEmpty ? "none" : names.joined(separator: ", "))
              valid:   \(time(notBefore)) to \(time(notAfter))
              SHA-256: \(colons)
            """
        ).text
    }

    /// As vSphere's client shows it.
    private var colons: String {
        let digits = Array(sha256.uppercased())
        return stride(from: 0, to: digits.count, by: 2).map { String(digits[$0..<min($0 + 2, digits.count)]) }
            .joined(separator: ":")
    }

    /// Writes it as `thumbprint` into the topology: beside, then in its place, with its mode.
    ///
    /// - Throws: `ThumbprintEditError`, or why the file cannot be written.
    public func pin(in file: String) throws {
        // What the name leads to is replaced, not a link on the way.
        let target = URL(fileURLWithPath: file).resolvingSymlinksInPath().path
        let text = try Data(contentsOf: URL(fileURLWithPath: target))
        let edited = try ThumbprintEdit.pin(sha256, of: vcenter, in: Array(text), file: file)
        let mode = try FileManager.default.attributesOfItem(atPath: target)[.posixPermissions] ?? 0o644
        let beside = "\(target).new-\(getpid())"
        guard
            FileManager.default.createFile(
                atPath: beside, contents: Data(edited), attributes: [.posixPermissions: mode])
        else { throw CocoaError(.fileWriteNoPermission, userInfo: [NSFilePathErrorKey: beside]) }
        guard rename(beside, target) == 0 else {
            let reason = POSIXError(.init(rawValue: errno) ?? .EIO)
            try? FileManager.default.removeItem(atPath: beside)
            throw reason
        }
    }
}

/// Why a certificate was not saved.
public struct ShownCertificateProblem: Error, CustomStringConvertible {
    let reason: String
    public var description: String { reason }
}
