import Foundation

/// Reads the arguments of every process of this machine, again and again, looking for secrets. The processes of a
/// sandbox's nodes are among them.
struct ProcessListWatch: Sendable {
    let lab: IntegrationLab

    /// Watches until it is cancelled; the command lines in which a secret was seen, and how often it looked.
    func run() async -> (seen: [String], looks: Int) {
        var seen: Set<String> = []
        var looks = 0
        while !Task.isCancelled {
            if let secrets = try? lab.secrets() {
                looks += 1
                for line in Self.commandLines() where secrets.contains(where: line.contains) { seen.insert(line) }
            }
            try? await Task.sleep(for: .milliseconds(50))
        }
        return (seen.sorted(), looks)
    }

    private static func commandLines() -> [String] {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.filter { Int($0) != nil }.compactMap { pid in
            // A process may end while it is looked at.
            FileManager.default.contents(atPath: "/proc/\(pid)/cmdline")
                .map { String(decoding: $0, as: UTF8.self).replacing("\0", with: " ") }
        }
    }
}
