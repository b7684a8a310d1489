import Foundation

/// The vCenter simulator and its interface files, built once for a version of its sources.
struct Simulator: Sendable {
    /// Directory of the sources.
    var sources: String
    var paths: Paths

    /// pyvmomi's type tables are what the interface files are generated from.
    static let pyvmomi = "pyvmomi==8.0.3.0.1"
    /// The vSphere release that the simulator says it is, and its interface files are of.
    static let version = "6.5.0"
    static let wsdlRelease = "6.5"
    static let format = "1"

    func key() throws -> String {
        let names = sourceNames
        guard names.contains("main.go"), names.contains("gen_wsdl.py") else {
            throw SandboxError(
                .file, doing: "build the vCenter simulator", reason: "its sources are not in \(sources)",
                hint:
                    "is the installation complete? They belong beside the polyvisor program, in polyvisor_Sandbox.resources"
            )
        }
        let texts = names.flatMap { [$0, Files.read("\(sources)/\($0)") ?? ""] }
        return CacheKey.hash(of: ["simulator", Self.format, Self.pyvmomi, Self.wsdlRelease] + texts)
    }

    private var sourceNames: [String] {
        Files.names(in: sources).filter { $0.hasSuffix(".go") && !$0.hasSuffix("_test.go") || $0.hasSuffix(".py") }
    }

    func directory() throws -> String { "\(paths.simulators)/\(try key())" }
    func program() throws -> String { "\(try directory())/vcenter-simulator" }
    func wsdl() throws -> String { "\(try directory())/wsdl" }

    /// Builds it unless it is there; false if it was.
    func prepare(reporter: Reporter) async throws -> Bool {
        let key = try key()
        let directory = try directory()
        if Files.isDirectory(directory) { return false }
        try Files.makeDirectory(paths.simulators)
        let lock = try await FileLock.take("\(paths.simulators)/\(key).lock") {
            reporter.note("wait for another process that builds the vCenter simulator")
        }
        defer { withExtendedLifetime(lock) {} }
        if Files.isDirectory(directory) { return false }
        let half = "\(paths.simulators)/.new-\(key)"
        try await Files.removeTree(half)
        try Files.makeDirectory(half)
        async let interface: Void = generateInterface(in: half)
        try await compile(into: half)
        try await interface
        try await Files.removeTree("\(half)/python")
        guard rename(half, directory) == 0 else { throw Files.failure("keep the simulator as \(directory)") }
        return true
    }

    /// Debian's library lies in a GOPATH; no network and no C compiler is used.
    private func compile(into target: String) async throws {
        let cache = "\(paths.simulators)/go-cache"
        let environment = [
            "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": cache, "CGO_ENABLED": "0", "GOFLAGS": "",
            "GOWORK": "off",
        ]
        try await HostCommand("go", "build", "-trimpath", "-o", "\(target)/vcenter-simulator", ".")
            .under(environment).lasting(atMost: .seconds(900)).inDirectory(sources)
            .run(doing: "build the vCenter simulator")
    }

    private func generateInterface(in target: String) async throws {
        let doing = "generate the vCenter simulator's interface files"
        let python = "\(target)/python"
        try Files.makeDirectory(python)
        try await HostCommand(
            "python3", "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "--no-binary",
            ":all:",
            "--dest", python, Self.pyvmomi
        ).lasting(atMost: .seconds(300)).run(doing: "download \(Self.pyvmomi)")
        guard let archive = Files.names(in: python).first(where: { $0.hasSuffix(".tar.gz") }) else {
            throw SandboxError(.command, doing: doing, reason: "pip downloaded no source archive of \(Self.pyvmomi)")
        }
        try await HostCommand("tar", "-xzf", "\(python)/\(archive)", "-C", python, "--strip-components=1").run(
            doing: doing)
        try await HostCommand("python3", "\(sources)/gen_wsdl.py", "\(target)/wsdl", Self.wsdlRelease)
            .under(["PYTHONPATH": python, "PYTHONDONTWRITEBYTECODE": "1"]).run(doing: doing)
    }
}
