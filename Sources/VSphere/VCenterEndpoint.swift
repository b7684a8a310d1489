public import HTTP

/// Where a vCenter is, who we are there, and how it proves who it is.
public struct VCenterEndpoint: Sendable {
    /// IP address or host name.
    public var address: String
    /// Of HTTPS, 443 as a rule.
    public var port: Int
    /// Who we are there.
    public var credentials: VCenterCredentials
    /// What its certificate is verified with.
    public var tls: TLSVerification
    /// How long one call may take.
    public var timeout: Duration

    /// - Parameter address: IP address (an IPv6 one without brackets) or host name.
    public init(
        address: String, port: Int = 443, credentials: VCenterCredentials, tls: TLSVerification = .system,
        timeout: Duration = .seconds(60)
    ) {
        self.address = address
        self.port = port
        self.credentials = credentials
        self.tls = tls
        self.timeout = timeout
    }

    /// An IPv6 address stands in brackets.
    var base: String { "https://\(address.contains(":") ? "[\(address)]" : address):\(port)" }

    /// Where calls go.
    var url: String { base + "/sdk" }

    /// For messages.
    var label: String { port == 443 ? address : "\(address):\(port)" }
}

/// User name and password; the password shows in nothing that is printed.
public struct VCenterCredentials: Sendable, CustomStringConvertible, CustomReflectable {
    /// With its domain, e.g. `nova@vsphere.local`.
    public let username: String
    let password: String

    /// A login that is tried when a connection is opened.
    public init(username: String, password: String) {
        self.username = username
        self.password = password
    }

    public var description: String { "\(username) •••" }
    public var customMirror: Mirror { Mirror(self, children: ["username": username]) }
}
