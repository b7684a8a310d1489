/// How a server's certificate is judged.
public enum TLSVerification: Sendable, Hashable {
    /// By the authorities that the system trusts.
    case system
    /// By the authorities in a PEM file alone.
    case caFile(String)
    /// It has to be the certificate with this SHA-256 (64 hexadecimal digits, colons allowed); its name and its
    /// issuer do not matter then. It is compared before the first byte of a request is sent.
    case thumbprint(String)
    /// Not at all.
    case insecure
}
