import Foundation
import Testing

@testable import SSH

/// What answers to commands on a node that lets us in.
@Suite("A login shell", .serialized, .tags(.wire), .enabled(if: geteuid() == 0, "needs root"))
struct ShellTests {
    @Test("of a cloud image, where root's key has a forced command")
    func cloudImage() async throws {
        let command =
            #"sed -i 's/^/no-port-forwarding,command="echo '\''Please login as the user \\"debian\\".'\'';echo;sleep 1;exit 142" /' "#
            + "~root/.ssh/authorized_keys"
        try await OddServer.with(.init(command: command)) { server in
            let error = try await server.refusal()
            #expect(error.kind == .noShell)
            #expect(error.reason == #"“Please login as the user "debian".”, status 142"#)
            #expect(error.hint?.contains(#"remove command="…" before the key in ~root/.ssh/authorized_keys"#) == true)
            try await server.run("sed -i 's/^.*command=.* ssh-/ssh-/' ~root/.ssh/authorized_keys")
            #expect(try await server.expectLogin() == "hello\n")
        }
    }

    @Test(
        "that runs something else, by sshd's configuration or its own start",
        arguments: [
            (OddServer.Setup(configuration: ["ForceCommand echo no; exit 3"]), "“no”, status 3"),
            (OddServer.Setup(command: "echo 'exit 0' > ~root/.bashrc"), "nothing was printed, status 0"),
            (OddServer.Setup(command: "echo 'exec cat /dev/null' > ~root/.bashrc"), "nothing was printed, status 0"),
            (OddServer.Setup(command: "echo 'kill -9 $$' > ~root/.bashrc"), "nothing was printed, signal KILL"),
        ])
    func others(setup: OddServer.Setup, said: String) async throws {
        try await OddServer.with(setup) { server in
            let error = try await server.refusal()
            #expect(error.kind == .noShell && error.reason.hasSuffix(said), "\(error)")
            #expect(error.hint?.contains("ForceCommand") == true)
            try await server.run("rm -f ~root/.bashrc")
            try await server.replace("ForceCommand echo no; exit 3", with: "")
            #expect(try await server.expectLogin() == "hello\n")
        }
    }

    @Test("nologin")
    func nologin() async throws {
        try await OddServer.with(.init(command: "sed -i 's|:/bin/bash|:/usr/sbin/nologin|' /etc/passwd")) { server in
            let error = try await server.refusal()
            #expect(error.kind == .noShell && error.reason.contains("not available"), "\(error)")
            try await server.run(try #require(error.hint?.split(separator: "on the node: ").last.map(String.init)))
            #expect(try await server.expectLogin() == "hello\n")
        }
    }

    @Test("of an account whose password has expired")
    func expired() async throws {
        try await OddServer.with(.init(command: "chage -d 0 root", usesPAM: true)) { server in
            let error = try await server.refusal()
            #expect(error.kind == .noShell && error.hint?.contains("chage") == true, "\(error)")
            try await server.run(try #require(error.hint?.split(separator: "expired: ").last.map(String.init)))
            #expect(try await server.expectLogin() == "hello\n")
        }
    }

    @Test("that greets everyone")
    func noisy() async throws {
        try await OddServer.with(.init(command: "echo 'echo Welcome to node 1' > ~root/.bashrc")) { server in
            let error = try await server.refusal()
            #expect(error.kind == .noisyShell && error.reason.contains("“Welcome to node 1”"), "\(error)")
            let line = try #require(error.lines.first)
            try await server.run("sed -i '1i \(line)' ~root/.bashrc")
            #expect(try await server.expectLogin() == "hello\n")
        }
    }

    @Test("behind a banner, and with words on standard error, is as good as any")
    func harmless() async throws {
        let setup = OddServer.Setup(
            configuration: ["Banner @DIR@/host_ed25519.pub", "PrintMotd yes"],
            command: "echo 'echo hm >&2' > ~root/.bashrc")
        try await OddServer.with(setup) { server in
            let output = try await server.expectLogin()
            #expect(output == "hello\n")
        }
    }

    static let shells = ["/bin/sh", "/bin/bash", "/usr/bin/tcsh", "/usr/bin/fish", "/usr/bin/zsh"].filter {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test("of any kind runs commands as sh reads them, and takes and gives files", arguments: shells)
    func kinds(shell: String) async throws {
        try await OddServer.with(.init(command: "sed -i 's|:/bin/bash|:\(shell)|' /etc/passwd")) { server in
            let link = try await SSHConnection.open(server.target(), timeout: .seconds(120))
            let script = "x='it'\\''s \\ \"$HOME\" !! 100% \\n é'\nprintf '%s\\n' \"$x\" 2>&1 | cat; exit 7"
            let result = try await link.run(script)
            #expect(result.stdoutText == "it's \\ \"$HOME\" !! 100% \\n é\n" && result.status == 7)
            #expect(try await link.output(of: "cat", input: Data("a\nb".utf8)) == "a\nb")
            let path = "\(server.directory)/it's a $file!\\"
            try await link.write(Data("contents".utf8), to: path)
            #expect(try await link.read(path) == Data("contents".utf8))
            #expect(try await link.read(path + "-not") == nil)
            await link.close()
        }
    }

    @Test("of csh is among those that are tried")
    func csh() { #expect(Self.shells.contains("/usr/bin/tcsh"), "apt-get install tcsh") }

    private func answer(_ text: String, status: Int32 = 0) -> LoginShell.Answer {
        LoginShell.answer(
            in: CommandResult(
                status: status, signal: nil, stdout: Data(text.utf8), stderr: Data(), stdoutDropped: 0, stderrDropped: 0
            ))
    }

    @Test("is known by what it answers")
    func answers() {
        #expect(answer("polyvisor-shell /bin/bash\n") == .shell(.posix))
        #expect(answer("polyvisor-shell \n") == .shell(.posix))
        #expect(answer("polyvisor-shell /usr/bin/fish\n") == .shell(.other("fish")))
        #expect(answer("hello\npolyvisor-shell /bin/sh\n") == .noisy("hello"))
        #expect(answer("hello polyvisor-shell /bin/sh\n") == .noisy("hello "))
        #expect(answer("polyvisor-shell /bin/sh\nbye\n") == .noisy("bye"))
        #expect(answer("\npolyvisor-shell /bin/sh\n") == .noisy("an empty line"))
        #expect(answer("polyvisor-shell /bin/sh\n", status: 1) == .none)
        #expect(answer("") == .none && answer("Please login as debian\n") == .none)
    }
}
