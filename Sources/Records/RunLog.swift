import Foundation
import Synchronization
public import Topology

/// The log of one run: what was done and what the nodes said, without secrets, mode 0600.
public final class RunLog: Sendable {
    /// Where it is, for messages.
    public let path: String
    private let handle: Mutex<FileHandle?>
    private let hidden: Mutex<[String]> = Mutex([])

    /// Begins `logs/<time>-<command>.log` of a lab.
    init(_ state: LabState, command: String, at time: Date = Date()) throws {
        try state.make("logs")
        let name = time.formatted(.iso8601.dateSeparator(.omitted).timeSeparator(.omitted)) + "-\(command).log"
        path = state.path("logs/\(name)")
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StateError(doing: "write \(path)", code: errno) }
        handle = Mutex(FileHandle(fileDescriptor: descriptor, closeOnDealloc: true))
    }

    /// A log that is not kept.
    public init() {
        path = "no file"
        handle = Mutex(nil)
    }

    /// From now on these values are written as dots, whoever says them.
    public func hide(_ secrets: some Sequence<Secret>) {
        let values = secrets.flatMap { Self.spellings(of: $0.reveal()) }.filter { $0.utf8.count > 3 }
        // A longer one may begin with a shorter one.
        hidden.withLock { $0 = Set($0 + values).sorted { $0.utf8.count > $1.utf8.count } }
    }

    /// The text without any known secret.
    public func redact(_ text: String) -> String {
        hidden.withLock { values in
            // Literally: as characters, a secret before a combining mark would not be found.
            values.reduce(text) { $0.replacingOccurrences(of: $1, with: "•••", options: .literal) }
        }
    }

    /// How a secret is written where programs speak of it: as it is, line by line, and as oslo.config, XML, URLs,
    /// JSON and shells have it.
    private static func spellings(of secret: String) -> [String] {
        let lines = secret.split(whereSeparator: \.isNewline).map(String.init)
        return ([secret] + lines).flatMap { text -> [String] in
            let markup = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            return [
                text, text.replacing("$", with: "$$"), markup,
                markup.replacing("\"", with: "&quot;").replacing("'", with: "&apos;"),
                text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? text,
                text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""), text.replacing("'", with: "'\\''"),
            ]
        }
    }

    /// RFC 3986 §2.3.
    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

    /// Writes lines, each with the time and where it came from.
    public func write(_ place: String, _ text: String) {
        let time = Date().formatted(.iso8601.time(includingFractionalSeconds: true))
        let lines = redact(text).split(separator: "\n", omittingEmptySubsequences: true)
            .map { "\(time) \(place): \($0)\n" }.joined()
        // A full disk must not end a deployment; what cannot be logged was still told on the terminal.
        handle.withLock { try? $0?.write(contentsOf: Data(lines.utf8)) }
    }
}
