public import Foundation

/// A server of a test, in Python: it prints its port, and ends when its standard input does.
public enum PythonServer {
    /// - Parameters:
    ///   - program: a file beside the test that wants it.
    ///   - beside: that test's own file.
    ///   - input: what it is told on standard input, for what does not belong in an argument.
    public static func run(
        _ program: String, _ arguments: [String] = [], beside test: String = #filePath, input: Data = Data(),
        _ body: (Int) async throws -> Void
    ) async throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        let path = URL(filePath: test).deletingLastPathComponent().appending(path: program).path
        process.arguments = [path] + arguments
        let (standardInput, output) = (Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = output
        try process.run()
        defer {
            try? standardInput.fileHandleForWriting.close()
            process.terminate()
            process.waitUntilExit()
        }
        if !input.isEmpty { try standardInput.fileHandleForWriting.write(contentsOf: input) }
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw SimulatorFailure(reason: "\(program) did not print its port")
        }
        try await body(port)
    }
}
