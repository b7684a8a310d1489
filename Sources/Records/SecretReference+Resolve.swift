public import Foundation
public import Topology

extension Secret {
    /// 32 letters and digits: 190 bits, and nothing that any file format has to escape.
    public static func generated() -> Secret {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        var source = SystemRandomNumberGenerator()
        return Secret(String((0..<32).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &source)] }))
    }
}

/// A secret that could not be had. Never holds the secret or what a command printed.
public struct SecretProblem: Error, Equatable, CustomStringConvertible {
    /// Whose secret it is, and why it could not be had.
    public var what: String
    /// What to do about it.
    public var hint: String
    public var description: String { "\(what)\n  hint: \(hint)" }
}

extension SecretReference {
    /// The secret that the reference names; nil for one that Polyvisor makes.
    ///
    /// A file or a command gives its first line, without the line's end.
    public func resolve(
        for what: String, relativeTo folder: String,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> Secret? {
        switch self {
        case .generated: return nil
        case .environment(let name):
            guard let value = environment[name], !value.isEmpty else {
                throw SecretProblem(what: "\(what): $\(name) is not set", hint: "export \(name) before the command")
            }
            return Secret(value)
        case .file(let path):
            let expanded = NSString(string: path).expandingTildeInPath
            let url = URL(fileURLWithPath: expanded.hasPrefix("/") ? expanded : "\(folder)/\(expanded)")
            guard let text = try? String(contentsOf: url, encoding: .utf8), let line = Self.firstLine(text) else {
                throw SecretProblem(
                    what: "\(what): \(path) cannot be read or is empty", hint: "its first line is the secret")
            }
            return Secret(line)
        case .command(let command): return try Self.output(of: command, for: what)
        }
    }

    private static func firstLine(_ text: String) -> String? {
        text.split(whereSeparator: \.isNewline).first.map(String.init)
    }

    private static func output(of command: String, for what: String) throws -> Secret {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0, let line = firstLine(String(decoding: data, as: UTF8.self)) else {
            throw SecretProblem(
                what: "\(what): the command for it ended with status \(process.terminationStatus) or printed nothing",
                hint: "run it by hand: its first line is the secret")
        }
        return Secret(line)
    }
}
