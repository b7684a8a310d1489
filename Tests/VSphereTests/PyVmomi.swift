import Foundation
import Testing
import VCenterSimulator

/// pyVmomi from PyPI in an environment of its own, made once.
enum PyVmomi {
    static let version = "8.0.3.0.1"

    /// Why it cannot be had: nothing but that PyPI cannot be reached keeps a test from running.
    static let unreachable: Comment? = {
        guard !isThere, let words = install() else { return nil }
        let signs = ["NewConnectionError", "ProxyError", "ConnectTimeout", "ReadTimeout", "Temporary failure in name"]
        return signs.contains { words.contains($0) } ? "PyPI cannot be reached: pyVmomi \(version) is not here" : nil
    }()

    private static var folder: URL {
        let environment = ProcessInfo.processInfo.environment
        return URL(filePath: environment["POLYVISOR_TEST_CACHE"] ?? "/var/cache/polyvisor-tests")
            .appending(path: "pyvmomi-venv")
    }

    private static var isThere: Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: "done").path)
    }

    /// What went wrong; nil if all is well.
    private static func install() -> String? {
        let python = folder.appending(path: "bin/python").path
        do {
            try run("/usr/bin/env", ["python3", "-m", "venv", folder.path])
            try run(
                python, ["-m", "pip", "install", "-q", "--disable-pip-version-check", "pyvmomi==\(version)"])
            try Data().write(to: folder.appending(path: "done"))
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// What a script of the tests prints as JSON.
    static func view(_ arguments: [String], environment: [String: String]) throws -> Data {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "pyvmomi_view.py")
        return try run(folder.appending(path: "bin/python").path, [script.path] + arguments, environment)
    }

    @discardableResult
    private static func run(_ program: String, _ arguments: [String], _ more: [String: String] = [:]) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(more) { $1 }
        let log = FileManager.default.temporaryDirectory.appending(path: "polyvisor-python-\(UUID().uuidString)")
        try Data().write(to: log)
        defer { try? FileManager.default.removeItem(at: log) }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: log)
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw SimulatorFailure(reason: try String(contentsOf: log, encoding: .utf8))
        }
        return data
    }
}
