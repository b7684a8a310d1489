import Foundation
import HTTP
import OpenStack
import Topology

/// The settings of one cloud by their names in clouds.yaml, those below `auth` as `auth.…`.
struct CloudSettings {
    /// Where a value stands; of the environment, nowhere.
    struct Place {
        var mark: Mark
        var log: ProblemLog
    }

    private struct Value {
        var text: String
        var place: Place?
    }

    private var values: [String: Value] = [:]
    /// Where what is missing is missing.
    private let place: Place?

    init(place: Place?) { self.place = place }

    subscript(name: String) -> String? { values[name]?.text }

    mutating func set(_ name: String, _ text: String, _ place: Place?) {
        values[name] = Value(text: text, place: place)
    }

    /// What secure.yaml says goes before what clouds.yaml says.
    mutating func add(_ other: CloudSettings) { values.merge(other.values) { $1 } }

    /// `OS_REGION_NAME` is `region_name`, and of what belongs to `auth`, `OS_USERNAME` is `auth.username`.
    static func environment(_ environment: [String: String]) -> CloudSettings {
        var settings = CloudSettings(place: nil)
        for (name, value) in environment where name.hasPrefix("OS_") && !value.isEmpty {
            let key = name.dropFirst(3).lowercased()
            settings.set(outside.contains(key) ? key : "auth.\(key)", value, nil)
        }
        return settings
    }

    /// What stands beside `auth`, not in it.
    private static let outside: Set = [
        "auth_type", "region_name", "interface", "endpoint_type", "cacert", "verify", "cert", "key",
        "identity_api_version", "profile", "cloud",
    ]

    /// A value below `auth`; tenants became projects.
    private func auth(_ name: String) -> String? {
        self["auth.\(name)"] ?? self["auth.\(name.replacing("project", with: "tenant"))"]
    }

    // MARK: Credentials

    func credentials() throws -> Credentials {
        try refuseWhatIsNotSupported()
        var credentials = Credentials(
            authURL: try authURL(), identification: try identification(), scope: try scope())
        credentials.region = self["region_name"]
        credentials.interface = try interface()
        credentials.tls = try tls()
        let suffix = "_endpoint_override"
        for (name, value) in values where name.hasSuffix(suffix) {
            let service = String(name.dropLast(suffix.count)).replacing("_", with: "-")
            credentials.endpoints[service] = value.text
        }
        return credentials
    }

    private func refuseWhatIsNotSupported() throws {
        if let profile = self["profile"] {
            try refuse("profile", "the vendor profile \"\(profile)\" is not known", "write its values out")
        }
        if self["cert"] != nil || self["key"] != nil {
            try refuse("cert", "client certificates are not supported", "log in with a password or a credential")
        }
        if let version = self["identity_api_version"], !version.hasPrefix("3") {
            try refuse("identity_api_version", "Keystone's API \(version) is not supported", "use version 3")
        }
    }

    private func authURL() throws -> String {
        guard var url = auth("auth_url") else {
            try missing("auth.auth_url", "where Keystone is, e.g. https://cloud.example.org:5000/v3")
        }
        while url.hasSuffix("/") { url.removeLast() }
        guard let parts = URLComponents(string: url), ["http", "https"].contains(parts.scheme), parts.host != nil else {
            try refuse("auth.auth_url", "that is no http or https URL", "e.g. https://cloud.example.org:5000/v3")
        }
        if url.hasSuffix("/v2.0") {
            try refuse("auth.auth_url", "Keystone's API 2.0 is not supported", "end the URL with /v3")
        }
        return url.hasSuffix("/v3") ? url : url + "/v3"
    }

    /// What the type says, or else what is there.
    private func identification() throws -> Credentials.Identification {
        let type = self["auth_type"] ?? impliedType
        switch type {
        case "password", "v3password":
            guard let user = try principal("user", name: "username") else {
                try missing("auth.username", "or user_id")
            }
            guard let password = auth("password") else {
                try missing("auth.password", "it may stand in secure.yaml")
            }
            return .password(user, password: password)
        case "v3applicationcredential": return try applicationCredential()
        case "token", "v3token":
            guard let token = auth("token") else { try missing("auth.token", "auth_type is \(type)") }
            return .token(token)
        default:
            try refuse(
                "auth_type", "auth_type \"\(type)\" is not supported",
                "known are password, v3password, v3applicationcredential, token and v3token")
        }
    }

    private var impliedType: String {
        if auth("application_credential_secret") != nil { return "v3applicationcredential" }
        return auth("token") != nil && auth("password") == nil ? "token" : "password"
    }

    private func applicationCredential() throws -> Credentials.Identification {
        guard let secret = auth("application_credential_secret") else {
            try missing("auth.application_credential_secret", "it may stand in secure.yaml")
        }
        if let id = auth("application_credential_id") { return .applicationCredential(id: id, secret: secret) }
        guard let name = auth("application_credential_name") else {
            try missing("auth.application_credential_id", "or application_credential_name with its user")
        }
        guard let user = try principal("user", name: "username") else {
            try missing("auth.user_id", "an application credential by its name needs its user")
        }
        return .namedApplicationCredential(name, user: user, secret: secret)
    }

    private func scope() throws -> Credentials.Scope {
        if case .applicationCredential = try identification() { return .given }
        if case .namedApplicationCredential = try identification() { return .given }
        if let project = try principal("project", name: "project_name") { return .project(project) }
        if let system = auth("system_scope"), system == "all" {
            try refuse(
                "auth.system_scope", "a token of the whole system can make no instance", "name a project instead")
        }
        if case .token = try identification() { return .given }
        try missing("auth.project_name", "or project_id: instances belong to a project")
    }

    /// A user or a project by id or by name; nil if neither is there.
    private func principal(_ kind: String, name key: String) throws -> Credentials.Principal? {
        if let id = auth("\(kind)_id") { return .id(id) }
        guard let name = auth(key) else { return nil }
        let fallback = auth("default_domain")
        if let id = auth("\(kind)_domain_id") ?? auth("domain_id") { return .name(name, domain: .id(id)) }
        if let domain = auth("\(kind)_domain_name") ?? auth("domain_name") ?? fallback {
            return .name(name, domain: .name(domain))
        }
        return .name(name, domain: .id("default"))
    }

    private func interface() throws -> String {
        let given = self["interface"] ?? self["endpoint_type"] ?? "public"
        let name = given.hasSuffix("URL") ? String(given.dropLast(3)) : given
        guard ["public", "internal", "admin"].contains(name) else {
            try refuse("interface", "there is no interface \"\(given)\"", "known are public, internal and admin")
        }
        return name
    }

    private func tls() throws -> TLSVerification {
        if let verify = self["verify"]?.lowercased() {
            // YAML 1.1, which openstacksdk reads, takes all of these for booleans.
            if ["false", "no", "off", "0"].contains(verify) { return .insecure }
            guard ["true", "yes", "on", "1"].contains(verify) else {
                try refuse("verify", "expected true or false", "a file of authorities is named by cacert")
            }
        }
        guard let given = self["cacert"] else { return .system }
        let path = NSString(string: given).expandingTildeInPath
        guard access(path, R_OK) == 0 else {
            try refuse("cacert", "\(path): \(String(cString: strerror(errno)))", "a PEM file with the authority")
        }
        return .caFile(path)
    }

    // MARK: Problems

    private func missing(_ name: String, _ hint: String) throws -> Never {
        try fail("\"\(name)\" is missing", at: place, name, hint)
    }

    private func refuse(_ name: String, _ what: String, _ hint: String) throws -> Never {
        try fail("\(name): \(what)", at: values[name]?.place ?? place, name, hint)
    }

    private func fail(_ what: String, at place: Place?, _ name: String, _ hint: String) throws -> Never {
        guard let place else {
            let variable = "OS_" + name.replacing("auth.", with: "").uppercased()
            throw CloudConfig.Problem(what: "\(variable): \(what)", hint: hint)
        }
        place.log.error(place.mark, what, hint: hint)
        throw place.log.finish()
    }
}
