public import Foundation
public import Rendering
public import Topology

/// The secrets of a lab: made once, kept in `secrets.json` with mode 0600, never printed.
public struct SecretStore: Sendable {
    private let state: LabState
    private var values: [String: Secret]
    private static let file = "secrets.json"

    /// Reads the store, or begins an empty one.
    public init(_ state: LabState) throws {
        self.state = state
        values = try Self.read(state)
    }

    private static func read(_ state: LabState) throws -> [String: Secret] {
        let path = state.directory.appendingPathComponent(file)
        guard FileManager.default.fileExists(atPath: path.path) else { return [:] }
        do {
            return try JSONDecoder().decode([String: String].self, from: Data(contentsOf: path)).mapValues {
                Secret($0)
            }
        } catch {
            // The decoder's own words could quote the content.
            throw SecretProblem(
                what: "\(path.path) is not a store of secrets",
                hint: "restore it from a copy, or remove the lab with `polyvisor down` and bring it up again")
        }
    }

    /// The secrets with these names; the missing ones are made and kept before they are handed out.
    ///
    /// Two that make secrets at the same time, such as `render` beside `up`, get the same ones.
    public mutating func secrets(named names: [SecretName]) throws -> [SecretName: Secret] {
        if names.contains(where: { values[$0.rawValue] == nil }) {
            let lock = try state.turn(at: "secrets.lock")
            defer { withExtendedLifetime(lock) {} }
            values = try Self.read(state)
            for name in names where values[name.rawValue] == nil { values[name.rawValue] = Secret(Self.generate()) }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            try state.write(encoder.encode(values.mapValues { $0.reveal() }), to: Self.file)
        }
        return Dictionary(
            uniqueKeysWithValues: names.compactMap { name in values[name.rawValue].map { (name, $0) } })
    }

    /// 32 letters and digits: 190 bits, and nothing that any file format has to escape.
    static func generate() -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        var source = SystemRandomNumberGenerator()
        return String((0..<32).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &source)] })
    }
}

/// A secret that could not be had. Never holds the secret or what a command printed.
public struct SecretProblem: Error, Equatable, CustomStringConvertible {
    public var what: String
    public var hint: String
    public var description: String { "\(what)\n  hint: \(hint)" }
}

extension SecretReference {
    /// The secret that the reference names; nil for one that Polyvisor makes.
    ///
    /// A file or a command gives its first line, without the line's end.
    public func resolve(
        for what: String, relativeTo folder: URL,
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
            let url = URL(fileURLWithPath: expanded.hasPrefix("/") ? expanded : "\(folder.path)/\(expanded)")
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
