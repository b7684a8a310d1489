import Facts
import Planning
import Wording

/// A shell script for a node; it travels on standard input, so that nothing of it is seen in a process list.
struct Script: Sendable, Equatable {
    var text: String
    var timeoutSeconds: Int
    /// Written after success, so that a killed run knows where it was.
    var stamp: Stamp?
}

extension Script: CustomStringConvertible, CustomReflectable {
    var description: String { "‹script of \(text.split(separator: "\n").count) lines›" }
    var customMirror: Mirror { Mirror(self, children: ["script": description]) }
}

extension Script {
    /// The script with its lock, without anything on standard input to read, and with its stamp.
    ///
    /// The body is a function, so that the shell has read all of it before a command could take it from
    /// standard input.
    func wrapped(lock name: String) -> String {
        let lock = "/run/polyvisor-" + name.map { $0.isLetter || $0.isNumber ? String($0) : "-" }.joined() + ".lock"
        let keep = stamp.map { stamp in
            """
            mkdir -p -m 700 \(Traces.folder) \(Traces.stamps)
            printf '%s\\n' \(shellQuoted(stamp.value)) > \(Traces.stamps)/.new-\(stamp.name)
            mv \(Traces.stamps)/.new-\(stamp.name) \(Traces.stamps)/\(stamp.name)

            """
        }
        return """
            set -eu
            LC_ALL=C.UTF-8; export LC_ALL
            work() {
            \(text)
            }
            exec 9> \(lock)
            flock -w \(timeoutSeconds) 9 || {
                echo \(shellQuoted("“\(name)” of an earlier run still runs on the node; wait for its end")) >&2
                exit 1
            }
            work < /dev/null 9>&-
            \(keep ?? "")
            """
    }
}
