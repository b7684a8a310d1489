import Foundation
import HTTP
import OpenStack
import Topology

/// The settings of one cloud by their names in clouds.yaml, those below `auth` as `auth.…`.
struct CloudSettings {
    typealias Place = CloudValue.Place

    private var values: [String: CloudValue] = [:]
    /// Where what is missing is missing; nil for a cloud of the environment.
    private let place: Place?

    /// A cloud of files, with the values of one of its regions laid over it.
    init(_ cloud: CloudValue, in region: CloudRegions.Region?) {
        place = cloud.place
        let settings = (cloud.members ?? [:]).updated(by: region?.values ?? [:], skippingNull: true)
        for (key, value) in settings where key != "auth" && key != "regions" && value.text != nil {
            values[key] = value
        }
        for (key, value) in settings["auth"]?.members ?? [:] where value.text != nil { values["auth.\(key)"] = value }
        values["region_name"] = nil
        if let region, !region.name.isEmpty { set("region_name", region.name, settings["regions"]?.place) }
    }

    /// `OS_REGION_NAME` is `region_name`, and so on.
    init(environment: [String: String]) {
        place = nil
        for (name, value) in environment where name.hasPrefix("OS_") && !value.isEmpty {
            set(name.dropFirst(3).lowercased(), value)
        }
    }

    mutating func set(_ name: String, _ text: String, _ place: Place? = nil) {
        values[name] = CloudValue(.scalar(YAMLScalar(text: text, isPlain: place != nil)), at: place)
    }

    subscript(name: String) -> String? { values[name]?.text }

    /// What belongs to `auth` and stands there or beside it.
    ///
    /// Of domains, projects and tokens what stands beside `auth` wins, of everything else what stands in it
    /// (`_fix_backwards_auth` and `_validate_auth`).
    private func auth(_ name: String) -> String? { key(ofAuth: name).flatMap { self[$0] } }

    private func key(ofAuth name: String) -> String? {
        var spellings = [name]
        if name.hasPrefix("project_"), !name.contains("domain") {
            spellings.append(name.replacing("project", with: "tenant"))
        }
        if name == "token" { spellings.append("auth_token") }
        let winsBeside = name.contains("domain") || name.hasPrefix("project") || ["token", "passcode"].contains(name)
        return spellings.flatMap { winsBeside ? [$0, "auth.\($0)"] : ["auth.\($0)", $0] }
            .first { self[$0] != nil }
    }

    // MARK: Credentials

    func credentials() throws -> Credentials {
        try refuseWhatIsNotSupported()
        var credentials = Credentials(
            authURL: try authURL(), identification: try identification(), scope: try scope())
        credentials.region = self["region_name"]
        credentials.interface = try interface()
        credentials.tls = try tls()
        credentials.certificateAdvice = place == nil ? .environment : .cloudsFile
        let suffix = "_endpoint_override"
        for (name, value) in values where name.hasSuffix(suffix) {
            let service = String(name.dropLast(suffix.count)).replacing("_", with: "-")
            credentials.endpoints[service] = value.text
        }
        return credentials
    }

    private func refuseWhatIsNotSupported() throws {
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
        // As Python's format: https://{region_name}.example.org
        for (name, value) in values where url.contains("{\(name)}") {
            if let text = value.text { url = url.replacing("{\(name)}", with: text) }
        }
        while url.hasSuffix("/") { url.removeLast() }
        let name = key(ofAuth: "auth_url") ?? "auth.auth_url"
        guard let parts = URLComponents(string: url), ["http", "https"].contains(parts.scheme), parts.host != nil else {
            try refuse(name, "that is no http or https URL", "e.g. https://cloud.example.org:5000/v3")
        }
        if url.hasSuffix("/v2.0") {
            try refuse(name, "Keystone's API 2.0 is not supported", "end the URL with /v3")
        }
        return url.hasSuffix("/v3") ? url : url + "/v3"
    }

    /// What the type says, or else what is there.
    private func identification() throws -> Credentials.Identification {
        let type = authType
        switch type {
        case "password", "v3password":
            guard let user = principal("user", name: "username") else {
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
                self["auth_type"] == nil ? "auth_plugin" : "auth_type", "auth_type \"\(type)\" is not supported",
                "two ways lead round it: an application credential (openstack application credential create NAME;"
                    + " auth_type: v3applicationcredential), or a token (openstack token issue -f value -c id; auth_type:"
                    + " v3token, valid for as long as the token is); a password works, too (auth_type: password)")
        }
    }

    private var authType: String {
        if let given = self["auth_type"] ?? self["auth_plugin"] { return given }
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
        guard let user = principal("user", name: "username") else {
            try missing("auth.user_id", "an application credential by its name needs its user")
        }
        return .namedApplicationCredential(name, user: user, secret: secret)
    }

    private func scope() throws -> Credentials.Scope {
        let identification = try identification()
        switch identification {
        case .applicationCredential, .namedApplicationCredential: return .given
        case .password, .token: break
        }
        if let trust = auth("trust_id") { return .trust(trust) }
        if let project = principal("project", name: "project_name") { return .project(project) }
        let hint = "name a project instead: instances belong to one"
        if let key = key(ofAuth: "system_scope") {
            try refuse(key, "a token of the whole system can make no instance", hint)
        }
        if case .token = identification { return .given }
        if let key = key(ofAuth: "domain_id") ?? key(ofAuth: "domain_name") {
            try refuse(key, "a token of a domain can make no instance", hint)
        }
        try missing("auth.project_name", "or project_id: instances belong to a project")
    }

    /// A user or a project by id or by name; nil if neither is there.
    private func principal(_ kind: String, name key: String) -> Credentials.Principal? {
        if let id = auth("\(kind)_id") { return .id(id) }
        guard let name = auth(key) else { return nil }
        if let id = auth("\(kind)_domain_id") { return .name(name, domain: .id(id)) }
        if let domain = auth("\(kind)_domain_name") { return .name(name, domain: .name(domain)) }
        if let id = auth("domain_id") ?? auth("default_domain_id") { return .name(name, domain: .id(id)) }
        let fallback = auth("domain_name") ?? auth("default_domain_name") ?? auth("default_domain")
        return .name(name, domain: fallback.map { .name($0) } ?? .id("default"))
    }

    private func interface() throws -> String {
        let given = self["interface"] ?? self["endpoint_type"] ?? "public"
        let name = given.hasSuffix("URL") ? String(given.dropLast(3)) : given
        guard ["public", "internal", "admin"].contains(name) else {
            try refuse("interface", "there is no interface \"\(given)\"", "known are public, internal and admin")
        }
        return name
    }

    // MARK: Problems

    func missing(_ name: String, _ hint: String) throws -> Never {
        try fail("\"\(name)\" is missing", at: place, name, hint)
    }

    func refuse(_ name: String, _ what: String, _ hint: String) throws -> Never {
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

// MARK: - TLS

extension CloudSettings {
    /// `insecure` wins over `verify`, and both over `cacert` (`config/cloud_region.py`, `get_requests_verify_args`).
    fileprivate func tls() throws -> TLSVerification {
        if try flag("insecure") == true { return .insecure }
        if try flag("verify") == false { return .insecure }
        guard let given = self["cacert"] else { return .system }
        let path = NSString(string: given).expandingTildeInPath
        guard access(path, R_OK) == 0 else {
            try refuse("cacert", "\(path): \(String(cString: strerror(errno)))", "a PEM file with the authority")
        }
        return .caFile(path)
    }

    /// The setting that turns verification off, as it is written.
    var insecureSetting: String {
        let name = self["insecure"].flatMap(Self.boolean) == true ? "insecure" : "verify"
        return place == nil ? "OS_\(name.uppercased())" : "\(name): \(self[name] ?? "")"
    }

    /// Anything that is neither true nor false is refused: it must not be passed over what was meant by it.
    private func flag(_ name: String) throws -> Bool? {
        guard let given = self[name] else { return nil }
        if let flag = Self.boolean(given) { return flag }
        try refuse(
            name, "expected true or false, found \"\(given)\"",
            "a file of authorities is named by \(place == nil ? "OS_CACERT" : "cacert")")
    }

    /// YAML 1.1, which openstacksdk reads, takes all of these for booleans.
    private static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "on", "1": true
        case "false", "no", "off", "0": false
        default: nil
        }
    }
}

extension CertificateAdvice {
    /// In the words of clouds.yaml.
    static let cloudsFile = CertificateAdvice(
        untrusted: "name the file with the authority's certificate as cacert in clouds.yaml, beside auth;"
            + " verify: false goes on without verification",
        hostNameMismatch:
            "write a name that the certificate has into auth_url: cacert says whom to trust, not under which name;"
            + " verify: false goes on without verification",
        otherAuthority: "was the server's certificate renewed? name the file with its authority's certificate as cacert"
    )

    /// In the words of the environment.
    static let environment = CertificateAdvice(
        untrusted: "name the file with the authority's certificate in OS_CACERT; OS_INSECURE=true goes on without"
            + " verification",
        hostNameMismatch:
            "write a name that the certificate has into OS_AUTH_URL: OS_CACERT says whom to trust, not under which name;"
            + " OS_INSECURE=true goes on without verification",
        otherAuthority:
            "was the server's certificate renewed? name the file with its authority's certificate in OS_CACERT")
}
