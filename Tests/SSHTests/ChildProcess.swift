import Foundation

/// A program of this machine, started by posix_spawn.
///
/// Foundation's `Process` takes a child for ended when it has closed the descriptors it inherited, as sshd
/// and ssh-agent do, and from then on waits for no other process (seen with Swift 6.3.1 on Linux).
final class ChildProcess: Sendable {
    let identifier: pid_t

    /// - Parameter output: gets standard output and standard error; created or emptied.
    init(_ program: String, _ arguments: [String], output: String = "/dev/null") throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // A thread of Dispatch blocks most signals, and a child would inherit that: SIGTERM would not end it.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var noSignals = sigset_t()
        sigemptyset(&noSignals)
        posix_spawnattr_setsigmask(&attributes, &noSignals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, program, &actions, &attributes, &words, environ)
        guard code == 0 else {
            throw ServerProblem("\(program): \(String(cString: strerror(code))); is its package installed?")
        }
        identifier = pid
    }

    /// Ends it by its process id and waits until it is gone.
    func stop() {
        kill(identifier, SIGTERM)
        _ = wait()
    }

    /// Waits for its end: the exit status, or 128 and the signal.
    func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7f
        return signal == 0 ? status >> 8 & 0xff : 128 + signal
    }
}

/// Runs a program of this machine to its end.
@discardableResult
func runLocally(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let output = "/tmp/polyvisor-ssh-output-\(UUID().uuidString)"
    let status = try ChildProcess(program, arguments, output: output).wait()
    defer { unlink(output) }
    return (status, try String(contentsOfFile: output, encoding: .utf8))
}
