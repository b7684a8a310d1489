import Foundation
import Subprocess
import SystemPackage
import Testing

/// Polyvisor as a user meets it who made a mistake: one message, its exit code, and nothing made.
@Suite("wrong input")
struct WrongInputTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("polyvisor-\(UUID().uuidString)")
    private var state: String { folder.appendingPathComponent("state").path }

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    @Test("what is wrong for several nodes alike is told once, with their names")
    func missingKey() async throws {
        let answer = try await polyvisor("up", try topology(), "-q")
        #expect(answer.status == 2)
        let key = "\(folder.path)/key"
        #expect(
            answer.errors == """
                error: controller, kvm1: read the identity file \(key): No such file or directory
                  hint: name an existing private key, or make one: ssh-keygen -t ed25519 -f \(key)
                nothing was changed

                """)
        #expect(try await polyvisor("status", try topology()).errors.hasPrefix("error: there is no lab “wrong” here"))
    }

    @Test("nodes that do not answer are all named, and nothing was changed")
    func unreachable() async throws {
        let path = try topology()
        let key = "\(folder.path)/key"
        #expect(try await shell("ssh-keygen -q -t ed25519 -N '' -f '\(key)'").status == 0)
        let answer = try await polyvisor("up", path, "-q")
        #expect(answer.status == 2)
        #expect(
            answer.errors == """
                error: controller: connect to 127.0.0.1 port 1: Connection refused
                  hint: no sshd listens there: start it on the node (systemctl enable --now ssh), or give the port \
                that it has, as ssh: { port: … }
                kvm1: connect to 127.0.0.2 port 1: Connection refused
                  hint: no sshd listens there: start it on the node (systemctl enable --now ssh), or give the port \
                that it has, as ssh: { port: … }
                nothing was changed

                """)
    }

    @Test("an option that the release does not have is told once, before a node is asked")
    func unknownOption() async throws {
        let path = try topology(
            adding: "overrides: { nova.conf: { all: { DEFAULT: { cpu_alocation_ratio: 4.0 } } } }\n")
        let answer = try await polyvisor("up", path, "-q")
        #expect(answer.status == 2)
        #expect(answer.errors.components(separatedBy: "has no option cpu_alocation_ratio in zed").count == 2)
        #expect(answer.errors.contains("did you mean cpu_allocation_ratio?"))
        #expect(!answer.errors.contains("Connection refused"))
    }

    @Test("a release that can only be rendered is refused before a node is asked, and rendered all the same")
    func unpackaged() async throws {
        let path = try topology(release: "2023.1")
        let answer = try await polyvisor("up", path, "-q")
        #expect(answer.status == 2)
        #expect(answer.errors.contains("Polyvisor cannot install 2023.1"))
        #expect(!answer.errors.contains("identity file"))
    }

    @Test("a lab that never was is not there, and no folder is made for it", arguments: ["status", "verify", "ssh"])
    func neverWas(command: String) async throws {
        let path = try topology()
        let arguments = [command, path] + (command == "ssh" ? ["kvm1", "true"] : [])
        let answer = try await run(arguments)
        #expect(answer.status == 2)
        #expect(
            answer.errors.hasPrefix(
                "error: there is no lab “wrong” here\n  hint: `polyvisor up \(path)` brings it up\n"))
        #expect(!FileManager.default.fileExists(atPath: state))
    }

    @Test("a state folder that cannot be made is told in the system's words")
    func stateFolder() async throws {
        let answer = try await run(["render", try topology(), "-o", "\(folder.path)/out"], state: "/proc/none")
        #expect(answer.status == 2)
        #expect(
            answer.errors == """
                error: make the folder /proc/none/wrong: No such file or directory
                  hint: set POLYVISOR_STATE to a folder that you may write to

                """)
    }

    @Test(
        "what is wrong with the command line ends with 2 as well",
        arguments: [["foo"], ["up"], ["up", "x.yaml", "--max-workers", "0"], ["up", "x.yaml", "--junit", "/none/x"]])
    func commandLine(arguments: [String]) async throws {
        let answer = try await run(arguments)
        #expect(answer.status == 2)
        #expect(answer.errors.hasPrefix("Error: "))
    }

    @Test("a full disk behind standard output is an error, a reader that went away is none")
    func output() async throws {
        let command = "'\(IntegrationLab.polyvisor)' validate '\(try topology())'"
        let full = try await shell("\(command) > /dev/full")
        #expect(full.status == 1)
        #expect(full.errors == "Error: write the result to standard output: No space left on device\n")
        let closed = try await shell("set -o pipefail; { sleep 0.3; \(command); } | true")
        #expect(closed.status == 0 && closed.errors.isEmpty)
    }

    @Test("rendering can tell in JSON what it wrote")
    func renderedJSON() async throws {
        let answer = try await polyvisor("render", try topology(), "--json", "-o", "\(folder.path)/out")
        let nodes = try #require(
            try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [[String: Any]])
        #expect(
            nodes.compactMap { $0["folder"] as? String } == ["controller", "kvm1"].map { "\(folder.path)/out/\($0)" })
    }

    private func topology(adding text: String = "", release: String = "zed") throws -> String {
        let path = folder.appendingPathComponent("wrong.yaml").path
        let lab = """
            lab: wrong
            release: \(release)
            defaults: { ssh: { user: root, port: 1, identity_file: key }, physical_interfaces: { physnet1: eth1 } }
            nodes:
              controller: { address: 127.0.0.1, roles: [controller, network] }
              kvm1: { address: 127.0.0.2, roles: [compute], hypervisor: kvm }
            networks:
              management: { cidr: 127.0.0.0/24 }
              provider: { type: flat, physical_network: physnet1, cidr: 198.51.100.0/24 }
            flavors: { tiny: { vcpus: 1, ram_mb: 128, disk_gb: 1 } }
            images: { tiny: { builtin: tiny-guest, hypervisors: [kvm] } }
            verify: { image: tiny, flavor: tiny, network: provider }

            """
        try (lab + text).write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func polyvisor(_ arguments: String...) async throws -> IntegrationLab.Answer { try await run(arguments) }

    private func run(_ arguments: [String], state: String? = nil) async throws -> IntegrationLab.Answer {
        try await answer(of: IntegrationLab.polyvisor, arguments, state: state ?? self.state)
    }

    private func shell(_ command: String) async throws -> IntegrationLab.Answer {
        try await answer(of: "/bin/bash", ["-c", command], state: state)
    }

    private func answer(
        of program: String, _ arguments: [String], state: String
    ) async throws -> IntegrationLab.Answer {
        let result = try await Subprocess.run(
            .path(FilePath(program)), arguments: Arguments(arguments),
            environment: .inherit.updating(["POLYVISOR_STATE": state]), output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20))
        let status: Int32 = if case .exited(let code) = result.terminationStatus { code } else { -1 }
        return IntegrationLab.Answer(
            status: status, output: result.standardOutput ?? "", errors: result.standardError ?? "")
    }
}
