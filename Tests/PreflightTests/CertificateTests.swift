import Access
import Foundation
import HTTP
import Preflight
import Testing
import Topology
import VCenterSimulator

/// A certificate authority made by openssl, in a simulator's directory.
private struct Authority {
    let directory: URL

    func path(_ name: String) -> String { directory.appending(path: name).path(percentEncoded: false) }

    init(in directory: URL) throws {
        self.directory = directory
        try openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3650",
            "-subj", "/CN=test authority", "-keyout", path("authority.key"), "-out", path("authority.pem"))
    }

    /// A certificate that is valid between two times (`YYYYMMDDHHMMSSZ`), as files for the simulator.
    func certificate(_ names: String, from start: String, to end: String) throws -> [String: String] {
        try """
        [ca]
        default_ca = own
        [own]
        database = \(path("index"))
        new_certs_dir = \(path(""))
        serial = \(path("serial"))
        default_md = sha256
        policy = any
        x509_extensions = names
        [any]
        commonName = supplied
        [names]
        subjectAltName = \(names)
        """.write(toFile: path("authority.cnf"), atomically: true, encoding: .utf8)
        try Data().write(to: directory.appending(path: "index"))
        try Data("01\n".utf8).write(to: directory.appending(path: "serial"))
        try openssl(
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=server",
            "-keyout", path("server.key"), "-out", path("server.csr"))
        try openssl(
            "ca", "-batch", "-config", path("authority.cnf"), "-cert", path("authority.pem"), "-keyfile",
            path("authority.key"), "-in", path("server.csr"), "-out", path("server.pem"), "-startdate", start,
            "-enddate", end, "-notext")
        return ["ca": path("authority.pem"), "certificate": path("server.pem"), "key": path("server.key")]
    }
}

private func openssl(_ arguments: String...) throws { try run("/usr/bin/openssl", arguments) }

private func python(_ program: String) throws { try run("/usr/bin/python3", ["-c", program]) }

private func run(_ program: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    let errors = Pipe()
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
    let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
        throw SimulatorFailure(reason: "\(program) \(arguments): \(complaint)")
    }
}

@Suite("A vCenter's certificate", .needsSimulator)
struct CertificateTests {
    /// The names that the simulator itself insists on.
    private static let names = "IP:127.0.0.1,IP:127.77.1.51,IP:127.77.1.52,IP:127.77.1.53"

    /// Runs a simulator with a certificate of our own making.
    private func run(
        from start: String = "20200101000000Z", to end: String = "20990101000000Z",
        _ body: (VCenter, Lab) async throws -> Void
    ) async throws {
        let directory = URL(filePath: NSTemporaryDirectory()).appending(
            path: "polyvisor-authority-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let files = try Authority(in: directory).certificate(Self.names, from: start, to: end)
        try await VCenter.run(["tls": files]) { vcenter in
            let lab = try vcenter.lab { $0.trust("ca_file: \(directory.path)/authority.pem") }
            try await body(vcenter, lab)
        }
    }

    private func only(_ found: [Seen], _ check: String, _ level: Finding.Level, saying words: String) {
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.check == check && found.first?.level == level, "\(found)")
        #expect(found.first?.found.contains(words) == true, "\(found)")
    }

    @Test("is well when its authority is known")
    func well() async throws {
        try await run { vcenter, lab in
            let found = try await vcenter.findings(lab)
            #expect(found.isEmpty, "\(found)")
        }
    }

    @Test("is unknown where its authority is not")
    func unknown() async throws {
        try await VCenter.run { vcenter in
            let found = try await vcenter.findings(
                try vcenter.lab {
                    $0.trust("port_placeholder: 1"); $0.replace("\n    port_placeholder: 1", with: "")
                })
            only(found, "certificate", .error, saying: "unknown: “")
        }
    }

    @Test("is told as expired")
    func expired() async throws {
        try await run(to: "20210101000000Z") { vcenter, lab in
            only(try await vcenter.findings(lab), "certificate", .error, saying: "it expired at 2021-01-01")
        }
    }

    @Test("is told as not valid yet")
    func early() async throws {
        try await run(from: "20980101000000Z") { vcenter, lab in
            only(try await vcenter.findings(lab), "certificate", .error, saying: "valid from 2098-01-01")
        }
    }

    @Test("is warned of a month before its end")
    func ending() async throws {
        let soon = Date(timeIntervalSinceNow: 5 * 86_400).formatted(.iso8601).filter { $0.isNumber } + "Z"
        try await run(to: soon) { vcenter, lab in
            only(try await vcenter.findings(lab), "certificate", .warning, saying: "it ends at")
        }
    }

    @Test("is told as one for another name")
    func name() async throws {
        try await run { vcenter, lab in
            var lab = lab
            lab.vcenters[0].address = "localhost"
            only(try await vcenter.findings(lab), "certificate", .error, saying: "it is for 127.0.0.1")
        }
    }

    @Test("is told as changed when it is not the pinned one, and taken when it is")
    func changed() async throws {
        try await VCenter.run { vcenter in
            let pin = String(repeating: "0", count: 64)
            let found = try await vcenter.findings(try vcenter.lab { $0.trust("thumbprint: \(pin)") })
            only(found, "certificate", .error, saying: "another one: ")
            let shown = try await ServerCertificate.read(from: "127.0.0.1", port: vcenter.port)
            let right = try await vcenter.findings(try vcenter.lab { $0.trust("thumbprint: \(shown.sha256)") })
            #expect(right.isEmpty, "\(right)")
        }
    }

    @Test("is shown with its subject, names, validity and SHA-256, and pinned in the topology")
    func trust() async throws {
        try await VCenter.run { vcenter in
            let file = vcenter.path("lab.yaml")
            let lab = try vcenter.lab()
            let text = try #require(lab.vcenters.first)
            let shown = try await ShownCertificate.read(from: text)
            #expect(shown.subject.contains("Polyvisor sandbox vCenter 127.0.0.1"))
            #expect(shown.names.contains("127.0.0.1"))
            #expect(shown.sha256.count == 64 && !shown.isPinned)
            let (start, end) = (try #require(shown.notBefore), try #require(shown.notAfter))
            #expect(start < Date() && end > Date(timeIntervalSinceNow: 300 * 86_400))
            try "lab: x\n# ünused\n".write(toFile: file, atomically: true, encoding: .utf8)
            #expect(throws: ThumbprintEditError.self) { try shown.pin(in: file) }
            #expect(try String(contentsOfFile: file, encoding: .utf8) == "lab: x\n# ünused\n")
        }
    }

    @Test("is saved for Nova's ca_file where it signed itself and has the vCenter's name, and only there")
    func saved() async throws {
        let directory = URL(filePath: NSTemporaryDirectory()).appending(path: "polyvisor-own-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = { (name: String) in directory.appending(path: name).path }
        try openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "365",
            "-subj", "/CN=own", "-addext", "subjectAltName=\(Self.names)", "-keyout", path("key.pem"), "-out",
            path("own.pem"))
        let tls = ["ca": path("own.pem"), "certificate": path("own.pem"), "key": path("key.pem")]
        try await VCenter.run(["tls": tls]) { vcenter in
            var server = try #require(try vcenter.lab().vcenters.first)
            try await ShownCertificate.read(from: server).save(as: path("saved.pem"))
            let found = try await vcenter.findings(try vcenter.lab { $0.trust("ca_file: \(path("saved.pem"))") })
            #expect(found.isEmpty, "\(found)")
            // As Nova does: Python's ssl, with the file as the only authority.
            try python(
                "import socket, ssl; ssl.create_default_context(cafile='\(path("saved.pem"))').wrap_socket("
                    + "socket.create_connection(('127.0.0.1', \(vcenter.port))), server_hostname='127.0.0.1')")
            server.address = "localhost"
            let other = try await ShownCertificate.read(from: server)
            #expect(throws: ShownCertificateProblem.self) { try other.save(as: path("other.pem")) }
        }
        try await run { vcenter, lab in
            let shown = try await ShownCertificate.read(from: try #require(lab.vcenters.first))
            #expect(shown.obstacleAsAuthority?.contains("test authority") == true)
            #expect(throws: ShownCertificateProblem.self) { try shown.save(as: path("other.pem")) }
        }
        #expect(!FileManager.default.fileExists(atPath: path("other.pem")))
    }
}
