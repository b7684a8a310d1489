import Foundation
public import HTTP

/// Who asks, and where Keystone is. The password shows in nothing that is printed.
public struct Credentials: Sendable, CustomStringConvertible, CustomReflectable {
    /// Keystone's URL with its version, e.g. `http://10.77.0.10:5000/v3`.
    public var authURL: String
    public var username: String
    let password: String
    public var project: String
    /// Domain names of the user and the project.
    public var userDomain: String
    public var projectDomain: String
    public var region: String
    /// Which endpoints of the catalogue are used: public, internal or admin.
    public var interface: String
    public var tls: TLSVerification
    /// Service type → URL to be used instead of the catalogue's.
    public var endpoints: [String: String] = [:]

    public init(
        authURL: String, username: String, password: String, project: String, userDomain: String = "Default",
        projectDomain: String = "Default", region: String = "RegionOne", interface: String = "public",
        tls: TLSVerification = .system
    ) {
        self.authURL = authURL.hasSuffix("/") ? String(authURL.dropLast()) : authURL
        self.username = username
        self.password = password
        self.project = project
        self.userDomain = userDomain
        self.projectDomain = projectDomain
        self.region = region
        self.interface = interface
        self.tls = tls
    }

    public var description: String { "\(username) of \(project) at \(shownURL)" }
    public var customMirror: Mirror { Mirror(self, children: ["description": description]) }

    /// Without a user and a password that someone may have put into the URL.
    private var shownURL: String {
        guard var parts = URLComponents(string: authURL) else { return "(not a URL)" }
        (parts.user, parts.password, parts.query) = (nil, nil, nil)
        return parts.string ?? ""
    }
}
