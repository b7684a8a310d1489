import Testing

@testable import Topology

@Suite("Secrets in a topology")
struct SecretTests {
    static let texts = [
        "password: hunter2", "password: 'hunter2'", "password: [hunter2]", "password: { hunter2 }",
        "password: { value: hunter2 }",
        "password: { env: 'hunter2!' }", "password: { env: hunter2, file: b }", "password: { env: [hunter2] }",
        "password: &p hunter2",
        "pasword: hunter2", "passwd: hunter2", "passWord: hunter2", "password:\n      env:\n        hunter2: 1",
        "password: |\n      hunter2\n     x", "password: \"hunter2", "password: hunter2: x", "password: @hunter2",
        "password: !!str hunter2", "password: 20242", "password: true # hunter2", "api_token: hunter2",
        "password: { command: hunter2, x: y }", "password: *hunter2",
    ]

    @Test("are neither echoed nor shown with their line", arguments: texts)
    func neverShown(_ text: String) throws {
        let found = problems(of: Sample.ssh.replacing("password: { env: VC1 }", with: text))
        #expect(found.hasErrors)
        for secret in ["20242", "hunter2"] where !text.contains("*") {
            #expect(!found.description.contains(secret))
        }
    }

    @Test("are hidden in overrides, too")
    func overrides() {
        let found = problems(
            of: Sample.sandbox.replacing("debug: true", with: "transport_url: rabbit://a:hunter2@b, b: {}"))
        #expect(found.hasErrors)
        #expect(!found.description.contains("hunter2"))
    }

    @Test(
        "references to them are read",
        arguments: [
            ("{ env: VC1_PASSWORD }", SecretReference.environment("VC1_PASSWORD")),
            ("{ file: /run/vc1 }", .file("/run/vc1")),
            ("{ command: pass show vc1 }", .command("pass show vc1")),
        ])
    func references(_ text: String, _ reference: SecretReference) throws {
        let lab = try lab(Sample.ssh.replacing("{ env: VC1 }", with: text))
        #expect(lab.vcenter("vc1")?.password == reference)
    }
}
