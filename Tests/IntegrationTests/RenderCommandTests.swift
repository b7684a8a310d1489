import Foundation
import Subprocess
import SystemPackage
import Testing

/// `polyvisor render` as a user types it, with files and bad words; no node is in reach.
@Suite("the command render")
struct RenderCommandTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("polyvisor-\(UUID().uuidString)")
    private var lab: String { folder.appendingPathComponent("lab.yaml").path }
    private var out: String { folder.appendingPathComponent("out").path }

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try write(topology, to: "lab.yaml")
    }

    private let topology = """
        lab: words
        release: zed
        defaults: { ssh: { user: root, identity_file: key }, physical_interfaces: { physnet1: eth1 } }
        nodes:
          controller: { address: 192.0.2.10, roles: [controller, network] }
          kvm1: { address: 192.0.2.21, roles: [compute], hypervisor: kvm }
        networks:
          management: { cidr: 192.0.2.0/24 }
          provider: { type: flat, physical_network: physnet1, cidr: 198.51.100.0/24 }

        """

    @Test("ends with 0 when nothing differs from an earlier rendering, and with 1 when something does")
    func diff() async throws {
        #expect(try await render("-o", out, "-q").status == 0)
        let same = try await render("--diff", out)
        #expect(same.status == 0 && same.output == "nothing differs\n")
        try write(topology + "overrides: { nova.conf: { kvm1: { DEFAULT: { debug: true } } } }\n", to: "lab.yaml")
        let other = try await render("--diff", out)
        #expect(other.status == 1)
        #expect(other.output.hasPrefix("--- a/kvm1/etc/nova/nova.conf\n+++ b/kvm1/etc/nova/nova.conf\n"))
        #expect(other.output.contains("\n+debug = true\n"))
        let part = try await render("--diff", out, "--node", "controller")
        #expect(part.status == 0, "\(part.output)")
        let nowhere = try await render("--diff", "\(folder.path)/none")
        #expect(nowhere.status == 2 && nowhere.errors.contains("it is no tree that `polyvisor render` wrote"))
    }

    @Test("gives options in overrides their new names with --fix --yes, and asks without")
    func fix() async throws {
        let old =
            topology + "overrides: { nova.conf: { kvm1: { DEFAULT: { sql_connection: 'x://a:hunter2@b' } } } }  # c\n"
        try write(old, to: "lab.yaml")
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: lab)
        let asked = try await render("--fix")
        #expect(asked.status == 2 && asked.errors.contains("nothing was written; answer y, or give --yes"))
        #expect(try String(contentsOfFile: lab, encoding: .utf8) == old)
        #expect(!asked.output.contains("hunter2") && asked.output.contains("[database] connection"))
        let done = try await render("--fix", "--yes")
        #expect(done.status == 0, "\(done.errors)")
        #expect(
            try String(contentsOfFile: lab, encoding: .utf8)
                == old.replacing("DEFAULT: { sql_connection", with: "database: { connection"))
        let mode = try FileManager.default.attributesOfItem(atPath: lab)[.posixPermissions] as? Int
        #expect(mode == 0o640)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["lab.yaml"])
        let again = try await render("--fix", "--yes")
        #expect(again.status == 0 && again.output.contains("no override has an old name in zed"))
    }

    @Test("tells what --fix has to leave, and ends with 3")
    func fixLeaves() async throws {
        try write(topology + "overrides: { nova.conf: { all: { DEFAULT: { verbose: true } } } }\n", to: "lab.yaml")
        let answer = try await render("--fix", "--yes")
        #expect(answer.status == 3)
        #expect(answer.errors.contains("lab.yaml:10:45: [DEFAULT] verbose is gone from nova.conf"), "\(answer.errors)")
    }

    @Test("writes a tar archive that tar reads, with modes, and the same each time")
    func archive() async throws {
        #expect(try await render("-o", out, "-q").status == 0)
        let command = "'\(IntegrationLab.polyvisor)' render '\(lab)' -o - -q"
        let one = try await shell("\(command) | sha256sum"), two = try await shell("\(command) | sha256sum")
        #expect(one.status == 0 && one.output == two.output)
        let compared = try await shell(
            "mkdir '\(folder.path)/t' && \(command) | tar -C '\(folder.path)/t' --no-same-owner -xpf - && "
                + "diff -r '\(folder.path)/t' '\(out)' -x '.polyvisor*' && stat -c %a '\(folder.path)/t/kvm1/etc/nova/nova.conf'"
        )
        #expect(compared.status == 0 && compared.output == "640\n", "\(compared.output)\(compared.errors)")
    }

    @Test("prints one file alone with --node and --only, and says which there are for a wrong word")
    func selection() async throws {
        let one = try await render("--only", "nova.conf", "--node", "kvm1")
        #expect(one.status == 0 && one.output.contains("[DEFAULT]") && !one.output.contains("==>"))
        let two = try await render("--only", "nova.conf")
        #expect(two.output.components(separatedBy: "==> ").count == 3)
        let node = try await render("--node", "kvm2")
        #expect(node.status == 2 && node.errors == "error: there is no node kvm2\n  hint: did you mean kvm1?\n")
        let file = try await render("--only", "nova.cnf")
        #expect(file.status == 2 && file.errors.contains("did you mean nova.conf?"))
        #expect(!FileManager.default.fileExists(atPath: "rendered"))
    }

    @Test(
        "refuses words that do not go together",
        arguments: [
            ["--diff", "a", "-o", "b"], ["--fix", "--diff", "a"], ["--fix", "--only", "nova.conf"], ["--yes"],
        ])
    func words(_ words: [String]) async throws {
        let answer = try await polyvisor(["render", lab] + words)
        #expect(answer.status == 2 && answer.errors.hasPrefix("Error: "))
    }

    @Test("takes templates in place of ours and behind them, and refuses what they would break")
    func templates() async throws {
        let name = "modern/memcached/memcached.conf"
        try write("# mine\n", to: "own/\(name).append.mustache")
        let appended = try await render("--only", "memcached.conf", "--templates", "\(folder.path)/own")
        #expect(appended.status == 0 && appended.output.hasSuffix("\n# mine\n") && appended.output.contains("-l "))
        try write("# {{node}}\n", to: "own/\(name).mustache")
        let both = try await render("--only", "memcached.conf", "--templates", "\(folder.path)/own")
        #expect(both.output == "# controller\n# mine\n", "\(both.output)\(both.errors)")
        try write("[DEFAULT]\nverbos = {{nothing}}\n", to: "bad/modern/nova/nova.conf.append.mustache")
        let bad = try await render("--templates", "\(folder.path)/bad")
        #expect(bad.status == 2 && bad.errors.contains("there is no value “nothing” for this template"))
        try write("x", to: "none/modern/nova/nowa.conf.mustache")
        let none = try await render("--templates", "\(folder.path)/none")
        #expect(none.status == 2 && none.errors.contains("did you mean modern/nova/nova.conf?"))
        #expect(!FileManager.default.fileExists(atPath: out))
    }

    private func write(_ text: String, to name: String) throws {
        let path = folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: path, atomically: true, encoding: .utf8)
    }

    private func render(_ words: String...) async throws -> IntegrationLab.Answer {
        try await polyvisor(["render", lab] + words)
    }

    private func polyvisor(_ words: [String]) async throws -> IntegrationLab.Answer {
        try await answer(of: IntegrationLab.polyvisor, words)
    }

    private func shell(_ command: String) async throws -> IntegrationLab.Answer {
        try await answer(of: "/bin/bash", ["-o", "pipefail", "-c", command])
    }

    private func answer(of program: String, _ words: [String]) async throws -> IntegrationLab.Answer {
        let state = folder.appendingPathComponent("state").path
        let result = try await Subprocess.run(
            .path(FilePath(program)), arguments: Arguments(words),
            environment: .inherit.updating(["POLYVISOR_STATE": state]), output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20))
        let status: Int32 = if case .exited(let code) = result.terminationStatus { code } else { -1 }
        return IntegrationLab.Answer(
            status: status, output: result.standardOutput ?? "", errors: result.standardError ?? "")
    }
}
