import Foundation
import HTTP
import OpenStack
import Testing
import Topology

@testable import Access

@Suite("clouds.yaml, secure.yaml and OS_* variables")
struct CloudConfigTests {
    private let home = FileManager.default.temporaryDirectory.appendingPathComponent("polyvisor-\(UUID().uuidString)")
    private var current: String { home.appendingPathComponent("work").path }
    private var config: String { home.appendingPathComponent(".config/openstack").path }

    init() throws {
        for folder in [current, config] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
    }

    private func write(_ text: String, _ path: String) throws {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    private func find(_ name: String? = nil, _ more: [String: String] = [:]) throws -> CloudConfig {
        try CloudConfig.find(
            name, environment: ["HOME": home.path].merging(more) { $1 }, current: current)
    }

    /// What is told of a cloud whose configuration is wrong.
    private func complaint(_ name: String? = nil, _ more: [String: String] = [:]) -> String {
        do {
            _ = try find(name, more)
            return "none"
        } catch {
            return "\(error)"
        }
    }

    private static let password = """
        clouds:
          lab:
            auth:
              auth_url: https://keystone.lab:5000
              username: anna
              project_name: web
              user_domain_name: Users
            region_name: North
            interface: internalURL
            verify: no
            compute_endpoint_override: http://nova.lab/v2.1
            volume_api_version: 3
        """

    @Test("a cloud is put together from both files; the one in the current folder goes first")
    func both() throws {
        try write(Self.password, "\(current)/clouds.yaml")
        try write("clouds: { other: { auth: { auth_url: 'http://x/v3' } } }", "\(config)/clouds.yaml")
        try write("clouds: { lab: { auth: { password: 's3cret' } } }", "\(config)/secure.yaml")
        let credentials = try find("lab").credentials
        #expect("\(credentials)" == "anna of web at https://keystone.lab:5000/v3")
        #expect(credentials.region == "North" && credentials.interface == "internal" && credentials.tls == .insecure)
        #expect(credentials.endpoints == ["compute": "http://nova.lab/v2.1"])
        #expect(credentials.scope == .project(.name("web", domain: .id("default"))))
        guard case .password(.name("anna", .name("Users")), "s3cret") = credentials.identification else {
            Issue.record("not by password")
            return
        }
        #expect(try find().name == "lab")
        #expect(try find(nil, ["OS_CLOUD": "lab"]).name == "lab")
    }

    @Test("an application credential needs no project, and a token none either")
    func otherWays() throws {
        try write(
            """
            clouds:
              app:
                auth_type: v3applicationcredential
                auth: { auth_url: "http://k/identity/v3/", application_credential_id: abc, application_credential_secret: s }
                regions: [ { name: East }, West ]
              tok:
                auth_type: v3token
                auth: { auth_url: "http://k/v3", token: t0, project_id: p1 }
            """, "\(config)/clouds.yaml")
        let app = try find("app").credentials
        #expect(app.authURL == "http://k/identity/v3" && app.scope == .given && app.region == "East")
        guard case .applicationCredential("abc", "s") = app.identification else {
            Issue.record("not by application credential")
            return
        }
        let token = try find("tok").credentials
        guard case .token("t0") = token.identification, token.scope == .project(.id("p1")) else {
            Issue.record("not by token")
            return
        }
        #expect(!"\(app) \(token) \(String(reflecting: token))".contains("t0"))
    }

    @Test("the environment alone is enough")
    func environment() throws {
        let variables = [
            "OS_AUTH_URL": "http://k:5000/v3", "OS_USERNAME": "u", "OS_PASSWORD": "p", "OS_PROJECT_NAME": "x",
            "OS_USER_DOMAIN_NAME": "D", "OS_PROJECT_DOMAIN_ID": "e", "OS_REGION_NAME": "R", "OS_INTERFACE": "admin",
        ]
        let config = try find(nil, variables)
        #expect(config.name == "envvars")
        #expect(config.credentials.scope == .project(.name("x", domain: .id("e"))))
        #expect(config.credentials.region == "R" && config.credentials.interface == "admin")
        #expect(
            complaint(nil, variables.filter { $0.key != "OS_PASSWORD" })
                == "OS_PASSWORD: \"auth.password\" is missing\n  hint: it may stand in secure.yaml")
    }

    @Test("no file, no cloud, several clouds")
    func choice() throws {
        #expect(complaint("lab").hasPrefix("there is no clouds.yaml in \(current), \(config), /etc/openstack"))
        try write("clouds: { a: { auth: {} }, b: { auth: {} } }", "\(config)/clouds.yaml")
        #expect(complaint("lab") == "\(config)/clouds.yaml has no cloud “lab”\n  hint: it has a, b")
        #expect(complaint() == "\(config)/clouds.yaml has 2 clouds\n  hint: choose one with --cloud: a, b")
    }

    @Test(
        "what is wrong is told with its file, line and column",
        arguments: [
            ("clouds:\n  lab: { auth: [] }", ":2:16: error: \"auth\" has to be a mapping, not a list"),
            ("clouds:\n  lab:\n    auth: { username: u }", ":2:3: error: \"auth.auth_url\" is missing"),
            (
                "clouds:\n  lab: { profile: vexxhost }",
                ":2:19: error: profile: there is no profile \"vexxhost\" in a clouds-public.yaml"
            ),
            (
                "clouds:\n  lab: { interface: secret, auth: { auth_url: 'http://k/v3', token: t } }",
                ":2:21: error: interface: there is no interface \"secret\""
            ),
            (
                "clouds:\n  lab: { auth: { auth_url: 'k:5000' } }",
                ":2:28: error: auth.auth_url: that is no http or https URL"
            ),
            (
                "clouds:\n  lab: { cacert: /none/ca.pem, auth: { auth_url: 'http://k/v3', token: t } }",
                ":2:18: error: cacert: /none/ca.pem: No such file or directory"
            ),
            (
                "clouds:\n  lab: { auth_type: kerberos, auth: { auth_url: 'http://k/v3' } }",
                ":2:21: error: auth_type: auth_type \"kerberos\" is not supported"
            ),
            ("clouds: [a]", ":1:9: error: \"clouds\" has to be a mapping, not a list"),
            ("cloud: {}", ":1:1: error: the file has no \"clouds\""),
            ("# nothing", ":1:1: error: the file holds no cloud"),
            ("clouds:\n\tlab: {}", ":2:1: error: a tab stands here"),
        ])
    func places(_ text: String, _ expected: String) throws {
        try write(text, "\(config)/clouds.yaml")
        #expect(complaint("lab").hasPrefix("\(config)/clouds.yaml\(expected)"), "\(complaint("lab"))")
    }

    @Test("the environment turns verification off in a word that says so, and in no other")
    func insecureEnvironment() throws {
        let variables = ["OS_AUTH_URL": "http://k:5000/v3", "OS_TOKEN": "t", "OS_PROJECT_ID": "p"]
        #expect(try find(nil, variables.merging(["OS_INSECURE": "true"]) { $1 }).credentials.tls == .insecure)
        #expect(try find(nil, variables.merging(["OS_INSECURE": "false"]) { $1 }).credentials.tls == .system)
        let warned = try find(nil, variables.merging(["OS_INSECURE": "True"]) { $1 }).warnings
        #expect(warned.first?.contains("OS_INSECURE") == true)
        #expect(
            complaint(nil, variables.merging(["OS_INSECURE": "maybe"]) { $1 })
                == "OS_INSECURE: insecure: expected true or false, found \"maybe\"\n  hint: a file of authorities is named"
                + " by OS_CACERT")
    }

    @Test("hints about certificates name what the file, or the environment, has")
    func advice() throws {
        try write("clouds: { lab: { auth: { auth_url: 'http://k', token: t } } }", "\(config)/clouds.yaml")
        let file = try find("lab").credentials.certificateAdvice
        let variables = try find(nil, ["OS_AUTH_URL": "http://k", "OS_TOKEN": "t"]).credentials.certificateAdvice
        for (advice, word) in [(file, "cacert"), (variables, "OS_CACERT")] {
            for text in [advice.untrusted, advice.hostNameMismatch, advice.otherAuthority] {
                #expect(!text.contains("ca_file") && !text.contains("thumbprint"))
            }
            #expect(advice.untrusted.contains(word))
        }
    }

    @Test("secure.yaml beside the file that OS_CLIENT_CONFIG_FILE names is read")
    func secureBeside() throws {
        try write("clouds: { other: { auth: { password: no } } }", "\(config)/secure.yaml")
        try write(Self.password, "\(home.path)/elsewhere.yaml")
        try write("clouds: { lab: { auth: { password: 's3cret' } } }", "\(home.path)/secure.yaml")
        let found = try find("lab", ["OS_CLIENT_CONFIG_FILE": "\(home.path)/elsewhere.yaml"]).credentials
        guard case .password(_, "s3cret") = found.identification else {
            Issue.record("not that password")
            return
        }
    }

    @Test("a token of a domain or of the system can make no instance")
    func otherScopes() throws {
        for (key, what) in [("domain_name: D", "domain"), ("system_scope: all", "whole system")] {
            try write(
                "clouds: { lab: { auth: { auth_url: 'http://k', username: u, password: p, \(key) } } }",
                "\(config)/clouds.yaml")
            #expect(complaint("lab").contains("a token of") && complaint("lab").contains(what))
        }
    }

    @Test("a line with a password is not shown")
    func secret() throws {
        try write("clouds:\n  lab: { auth: { password: pa55, auth_url: nonsense } }", "\(config)/clouds.yaml")
        #expect(!complaint("lab").contains("pa55"))
    }
}
