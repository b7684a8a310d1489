/// Where a node is and as whom to log in.
public struct SSHTarget: Sendable, Hashable {
    /// IPv4 or IPv6 address, or a host name. It is looked up in known_hosts as it stands here.
    public var host: String
    /// sshd's TCP port, 22 as a rule.
    public var port: Int
    /// The account on the node.
    public var user: String
    /// A private key in OpenSSH's or PEM format; `~` is the home directory. nil asks the SSH agent.
    public var identityFile: String?
    /// The agent's socket; nil is the one that `SSH_AUTH_SOCK` names.
    public var agentSocket: String?
    /// Files in OpenSSH's known_hosts format, any of which may hold the node's key. Files that do not
    /// exist are passed over: a user's own often does not.
    public var knownHostsFiles: [String]
    /// The node's name in messages.
    public var label: String
    /// How long the node may be silent within a command before it is asked for a sign of life. After
    /// three intervals without one the connection counts as lost. At least 2 s (libssh2's minimum).
    public var keepAliveInterval: Duration = .seconds(15)

    /// - Parameter label: the node's name for messages; the host when nil.
    public init(
        host: String, port: Int = 22, user: String = "root", identityFile: String? = nil,
        knownHostsFiles: [String] = ["~/.ssh/known_hosts"], label: String? = nil
    ) {
        self.host = host
        self.port = port
        self.user = user
        self.identityFile = identityFile
        self.knownHostsFiles = knownHostsFiles
        self.label = label ?? host
    }

    /// The name under which known_hosts lists this target: `host`, or `[host]:port` off port 22.
    public var knownHostsName: String {
        port == 22 ? host : "[\(host)]:\(port)"
    }
}
