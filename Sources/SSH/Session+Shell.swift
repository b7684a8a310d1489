import Foundation

extension Session {
    /// Runs one command that says something, and believes nothing before it has: an sshd may run another in its place.
    func findShell(by deadline: Deadline) throws(SSHError) {
        let doing = "run a command as \(target.user)"
        let result = try execute(Execution(LoginShell.question, doing: doing, by: deadline, keeping: 64 << 10))
        switch LoginShell.answer(in: result) {
        case .shell(let found): shell = found
        case .noisy(let words): throw noise(words, doing)
        case .none: throw noShell(result, doing)
        }
    }

    private func noise(_ words: String, _ doing: String) -> SSHError {
        failure(
            .noisyShell, doing, "the login shell prints “\(words.prefix(200))” among what commands print",
            hint:
                "what \(target.user)'s shell reads at its start (~/.bashrc, /etc/bash.bashrc, ~/.zshenv, ~/.cshrc) must "
                + "print nothing without a terminal: begin it with `[ -t 1 ] || return` in bash and zsh, "
                + "`if (! $?prompt) exit` in csh, `status is-interactive; or exit` in fish")
    }

    private func noShell(_ result: CommandResult, _ doing: String) -> SSHError {
        let end = result.signal.map { "signal \($0)" } ?? "status \(result.status)"
        let lines = (result.stdoutText + "\n" + result.stderrText).split(whereSeparator: \.isNewline)
            .filter { !$0.allSatisfy(\.isWhitespace) }
        let words = lines.prefix(2).joined(separator: " / ").prefix(300)
        let said = words.isEmpty ? "no command ran: nothing was printed" : "“\(words)”"
        return failure(.noShell, doing, "\(said), \(end)", hint: hint(about: lines.joined(separator: "\n")))
    }

    private func hint(about words: String) -> String {
        let user = target.user
        // Debian's /usr/sbin/nologin; OpenSSH's session.c.
        if words.contains("account is currently not available") {
            return "give \(user) a shell on the node: usermod -s /bin/bash \(user)"
        }
        if words.contains("Password change required") || words.contains("password has expired") {
            return "on the node, give \(user) a new password (passwd \(user)), or take back that it has expired: "
                + "chage -d $(date +%F) -M -1 \(user)"
        }
        return
            "remove command=\"…\" before the key in ~\(user)/.ssh/authorized_keys on the node (cloud-init writes it there "
            + "with disable_root: true in /etc/cloud/cloud.cfg: set it to false, too), or ForceCommand in its sshd_config; "
            + "if there is neither, see what \(user)'s login shell reads at its start"
    }
}
