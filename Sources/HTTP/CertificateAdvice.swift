/// What to do about a certificate that is not accepted, in the words of the file that says how it is judged.
public struct CertificateAdvice: Sendable, Hashable {
    /// No authority that is trusted has signed it.
    public var untrusted: String
    /// It is for another host name.
    public var hostNameMismatch: String
    /// It names the trusted authority, whose key did not sign it.
    public var otherAuthority: String

    /// What to say in each of the three cases.
    public init(untrusted: String, hostNameMismatch: String, otherAuthority: String) {
        self.untrusted = untrusted
        self.hostNameMismatch = hostNameMismatch
        self.otherAuthority = otherAuthority
    }

    /// For servers that are judged by `ca_file` or `thumbprint`.
    public static let caFileOrThumbprint = CertificateAdvice(
        untrusted: "give the authority's certificate (ca_file) or the server's SHA-256 (thumbprint)",
        hostNameMismatch: "use a name that the certificate has, or pin it (thumbprint)",
        otherAuthority:
            "was the server's certificate renewed? give its authority's certificate again (ca_file)")
}
