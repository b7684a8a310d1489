public import Foundation
public import HTTP
public import Topology

/// The certificate that a vCenter of a topology shows now.
public struct ShownCertificate: Sendable, Equatable, Encodable {
    /// The vCenter's name in the topology.
    public let vcenter: String
    public let address: String
    public let subject: String
    public let issuer: String
    public let names: [String]
    public let notBefore: Date?
    public let notAfter: Date?
    /// 64 hexadecimal digits.
    public let sha256: String
    /// Whether the topology's thumbprint is this one.
    public let isPinned: Bool

    /// - Throws: `HTTPError` when there is no TLS handshake.
    public static func read(from vcenter: VCenter) async throws(HTTPError) -> ShownCertificate {
        let shown = try await ServerCertificate.read(from: vcenter.address, port: vcenter.port)
        return ShownCertificate(
            vcenter: vcenter.name, address: vcenter.address, subject: shown.subject, issuer: shown.issuer,
            names: shown.names, notBefore: shown.notBefore, notAfter: shown.notAfter, sha256: shown.sha256,
            isPinned: vcenter.trust == .thumbprint(shown.sha256))
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
