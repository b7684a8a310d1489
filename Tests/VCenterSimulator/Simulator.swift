public import Foundation
public import Testing

/// The sandbox's simulated vCenter or ESXi host, built once and started for one test.
public struct Simulator: Sendable {
    public static let password = "Secret$1 <&>"
    public static let username = "administrator@vsphere.local"

    public let port: Int
    /// Has the datastores as folders, the certificates, and what a test puts there.
    public let directory: URL

    public var caFile: String { path("ca.pem") }

    public func path(_ name: String) -> String { directory.appending(path: name).path(percentEncoded: false) }

    /// - Parameter settings: keys of its configuration to add or replace; `clusters` among them, unless it is an ESXi host.
    public static func with(
        _ settings: [String: any Sendable], _ body: (Simulator) async throws -> Void
    ) async throws {
        let binary = try await SimulatorBuild.shared.binary()
        let directory = URL(filePath: NSTemporaryDirectory()).appending(path: "polyvisor-vcenter-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: directory) }
        let (simulator, process) = try await started(binary, settings, in: directory)
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        try await body(simulator)
    }

    /// On a port that nobody has: which those are shows only when it is tried.
    private static func started(
        _ binary: URL, _ settings: [String: any Sendable], in directory: URL
    ) async throws -> (Simulator, Process) {
        for attempt in 1... {
            let simulator = Simulator(port: Int.random(in: 20_000...32_000), directory: directory)
            let process = try simulator.start(binary, settings)
            do {
                try await simulator.waitUntilReady(process)
                return (simulator, process)
            } catch let failure as SimulatorFailure where attempt < 5 && failure.reason.contains("in use") {
                process.terminate()
                process.waitUntilExit()
            }
        }
        throw SimulatorFailure(reason: "no port is free")
    }

    /// Runs the simulator's own tests.
    public static func ownTests() throws -> (passed: Bool, output: String) {
        let go = try SimulatorBuild.go(["test", "-timeout", "30m", "."])
        let output = Pipe()
        go.standardOutput = output
        go.standardError = output
        try go.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        go.waitUntilExit()
        // Each call of the tests is a line of the simulator's log: what failed is at the end.
        return (go.terminationStatus == 0, String(text.suffix(20_000)))
    }

    private func start(_ binary: URL, _ settings: [String: any Sendable]) throws -> Process {
        // What the WSDL is for, a client that was generated from it, is not tested with this.
        try Data("<definitions/>".utf8).write(to: directory.appending(path: "vimService.wsdl"))
        let configuration: [String: Any] = [
            "listen": "127.0.0.1:\(port)", "user": Simulator.username, "password": Simulator.password,
            "version": "6.5.0", "datacenter": "dc1", "datastore_directory": path(""),
            "tls": ["ca": caFile, "certificate": path("certificate.pem"), "key": path("key.pem")],
            "wsdl_directory": path(""), "ready_file": path("ready.json"),
        ].merging(settings) { $1 }
        let file = path("configuration.json")
        let text = try JSONSerialization.data(withJSONObject: configuration)
        _ = FileManager.default.createFile(atPath: file, contents: text, attributes: [.posixPermissions: 0o600])
        let log = directory.appending(path: "log")
        try Data().write(to: log)
        let process = Process()
        process.executableURL = binary
        process.arguments = ["-config", file]
        process.standardOutput = try FileHandle(forWritingTo: log)
        process.standardError = process.standardOutput
        try process.run()
        return process
    }

    private func waitUntilReady(_ process: Process) async throws {
        for _ in 0..<2400 where process.isRunning {
            if FileManager.default.fileExists(atPath: path("ready.json")) { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        let log = try String(contentsOf: directory.appending(path: "log"), encoding: .utf8)
        throw SimulatorFailure(reason: "the simulator did not start: \(log)")
    }
}

/// Why a test could not do what it needs to, such as start the simulator.
public struct SimulatorFailure: Error, CustomStringConvertible {
    public let reason: String
    public var description: String { reason }

    public init(reason: String) { self.reason = reason }
}

extension Trait where Self == ConditionTrait {
    /// For tests that start the simulator: skipped, visibly, where it cannot be built.
    public static var needsSimulator: Self {
        .enabled(
            if: SimulatorBuild.isPossible, "needs the Debian packages golang-go and golang-github-vmware-govmomi-dev")
    }
}

/// Builds the simulator once for all tests and runs, as the first build takes half a minute.
private actor SimulatorBuild {
    static let shared = SimulatorBuild()

    static let isPossible =
        FileManager.default.isExecutableFile(atPath: "/usr/bin/go")
        && FileManager.default.fileExists(atPath: "/usr/share/gocode/src/github.com/vmware/govmomi")

    private var built: URL?

    /// The Go compiler's own cache tells what has to be built again.
    func binary() throws -> URL {
        if let built { return built }
        let cache = try Self.cache()
        let binary = cache.appending(path: "vcenter-simulator-\(ProcessInfo.processInfo.processIdentifier)")
        let go = try Self.go(["build", "-trimpath", "-o", binary.path, "."])
        try go.run()
        go.waitUntilExit()
        guard go.terminationStatus == 0 else { throw SimulatorFailure(reason: "go build failed") }
        let shared = cache.appending(path: "vcenter-simulator")
        guard rename(binary.path, shared.path) == 0 else { throw SimulatorFailure(reason: "rename \(binary.path)") }
        built = shared
        return shared
    }

    private static func cache() throws -> URL {
        let cache = ProcessInfo.processInfo.environment["POLYVISOR_TEST_CACHE"] ?? "/var/cache/polyvisor-tests"
        try FileManager.default.createDirectory(at: URL(filePath: cache), withIntermediateDirectories: true)
        return URL(filePath: cache)
    }

    /// The Go compiler in the directory of the sources, with Debian's library.
    static func go(_ arguments: [String]) throws -> Process {
        let go = Process()
        go.executableURL = URL(filePath: "/usr/bin/go")
        go.arguments = arguments
        go.currentDirectoryURL =
            URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/Sandbox/Resources/simulator").standardized
        go.environment = ProcessInfo.processInfo.environment.merging([
            "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "CGO_ENABLED": "0",
            "GOCACHE": try cache().appending(path: "go-build").path,
        ]) { $1 }
        return go
    }
}
