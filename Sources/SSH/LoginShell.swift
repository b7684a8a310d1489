import Foundation

/// What runs the commands of a user on a node: sshd hands each command line to the user's login shell.
enum LoginShell: Sendable, Equatable {
    /// Reads a command line as sh does.
    case posix
    /// csh, fish and others, which do not: they get each command in a form that all shells read alike.
    case other(String)

    /// The question by which it is found out; every shell reads it alike. sshd sets SHELL to the login shell.
    static let question = #"exec /bin/sh -c 'printf "\#(mark)%s\n" "$SHELL"'"#
    private static let mark = "polyvisor-shell "

    private static let posixShells: Set = ["sh", "dash", "bash", "rbash", "ash", "busybox", "ksh", "mksh", "zsh"]

    /// What the answer says.
    enum Answer: Equatable {
        case shell(LoginShell)
        /// Commands run, but something else prints too, into what they print.
        case noisy(String)
        /// Something else than the command ran.
        case none
    }

    static func answer(in result: CommandResult) -> Answer {
        let lines = result.stdoutText.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        guard result.succeeded, let place = lines.firstIndex(where: { $0.contains(mark) }) else { return .none }
        let extra =
            [lines[place].components(before: mark)] + lines.enumerated().filter { $0.offset != place }.map(\.element)
        let words = extra.filter { !$0.allSatisfy(\.isWhitespace) }
        guard lines.count == 1, words.isEmpty else { return .noisy(words.first.map(String.init) ?? "an empty line") }
        let path = lines[place].dropFirst(mark.count)
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        return .shell(posixShells.contains(name) || name.isEmpty ? .posix : .other(name))
    }

    /// The command line that runs a command by this shell.
    func line(for command: String) -> String {
        guard case .other = self else { return command }
        return #"exec /bin/sh -c 'eval "$(printf %b ""# + Self.escaped(command) + #"")"'"#
    }

    /// For printf's %b: without quotes, `$`, `!`, backslashes of the command's own and line ends, of which some shell makes
    /// something else even between single quotes.
    private static func escaped(_ command: String) -> String {
        command.utf8.map { byte in
            isHarmless(byte)
                ? String(UnicodeScalar(byte)) : "\\0" + String(byte >> 6) + String(byte >> 3 & 7) + String(byte & 7)
        }.joined()
    }

    private static func isHarmless(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: " _-./:@%+,=;|&<>(){}[]*?#~^".utf8.contains(byte)
        }
    }
}

extension Substring {
    fileprivate func components(before mark: String) -> Substring {
        range(of: mark).map { self[..<$0.lowerBound] } ?? self
    }
}
