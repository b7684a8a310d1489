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

    private func kept() throws -> KeptDirectory {
        KeptDirectory(kind: "simulator", key: try key(), parent: paths.simulators)
    }

    func program() throws -> String { "\(try kept().path)/vcenter-simulator" }
    func wsdl() throws -> String { "\(try kept().path)/wsdl" }

    /// Builds it unless it is there; false if it was.
    func prepare(reporter: Reporter) async throws -> Bool {
        try await kept().make(reporter: reporter) { workshop in
            async let interface: Void = generateInterface(in: workshop)
            try await compile(in: workshop)
            try await interface
            try await Files.removeTree("\(workshop.directory)/python")
        }
    }

    /// Debian's library lies in a GOPATH; no network and no C compiler is used.
    private func compile(in workshop: Workshop) async throws {
        let environment = [
            "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": "\(paths.simulators)/go-cache",
            "CGO_ENABLED": "0", "GOFLAGS": "", "GOWORK": "off",
        ]
        let build = HostCommand("go", "build", "-trimpath", "-o", "\(workshop.directory)/vcenter-simulator", ".")
        try await workshop.run(
            build.under(environment).lasting(atMost: .seconds(900)).inDirectory(sources),
            doing: "build the vCenter simulator")
    }

    private func generateInterface(in workshop: Workshop) async throws {
        let doing = "generate the vCenter simulator's interface files"
        let python = "\(workshop.directory)/python"
        try Files.makeDirectory(python)
        let download = HostCommand(
            "python3", "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "--no-binary",
            ":all:", "--dest", python, Self.pyvmomi)
        try await workshop.run(download.lasting(atMost: .seconds(300)), doing: "download \(Self.pyvmomi)")
        guard let archive = Files.names(in: python).first(where: { $0.hasSuffix(".tar.gz") }) else {
            throw SandboxError(.command, doing: doing, reason: "pip downloaded no source archive of \(Self.pyvmomi)")
        }
        let unpack = HostCommand("tar", "-xzf", "\(python)/\(archive)", "-C", python, "--strip-components=1")
        try await workshop.run(unpack, doing: doing)
        let generate = HostCommand(
            "python3", "\(sources)/gen_wsdl.py", "\(workshop.directory)/wsdl", Self.wsdlRelease)
        try await workshop.run(
            generate.under(["PYTHONPATH": python, "PYTHONDONTWRITEBYTECODE": "1"]), doing: doing)
    }
}
