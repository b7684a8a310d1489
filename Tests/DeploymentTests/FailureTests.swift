import Foundation
import Planning
import Release
import Testing

@testable import Deployment

@Suite("why a step failed")
struct FailureTests {
    /// What apt, dpkg, bash and uwsgi said on nodes where this happened.
    static let said = [
        ("E: Package 'memcached' has no installation candidate", "package sources"),
        ("E: Unable to locate package nova-api", "package sources"),
        ("E: You don't have enough free space in /var/cache/apt/archives/.", "disk is full"),
        ("head: write error: No space left on device", "disk is full"),
        ("port 8774 is in use by python3, process 91 of squat.service", "end that program"),
        ("E: Temporary failure resolving 'deb.debian.org'", "/etc/resolv.conf"),
        ("something new", "all that it said is in /state/log"),
    ]

    @Test("is told in the node's words, with what to do", arguments: said)
    func hints(said: String, hint: String) {
        let usual = Distribution.usual
        let failure = ActionFailure(
            said: "noise\n\(said)\n", status: 100, log: "/state/log",
            more: usual.packageSystem.hints(on: usual.title))
        #expect(failure.cause.hasSuffix(said))
        #expect(failure.hint?.contains(hint) == true)
    }

    @Test("a run that was stopped says so, whatever was going on")
    func stopped() {
        #expect(ActionFailure(CancellationError()).cause == "stopped by you")
    }

    @Test("a port that another program holds is found before anything is restarted")
    func portInUse() throws {
        let listener = try Listener()
        let change = UnitChange(restart: ["nova-api"], awaitPorts: [listener.port], portHolders: ["nova-api"])
        let answer = try run(change.portsAreFree)
        #expect(answer.status == 1)
        #expect(answer.errors.hasPrefix("port \(listener.port) is in use by "))
        #expect(answer.errors.contains(", process \(getpid())"))
        listener.end()
        #expect(try run(change.portsAreFree).status == 0)
    }

    private func run(_ script: String) throws -> (status: Int32, errors: String) {
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = ["-euc", script]
        let errors = Pipe()
        shell.standardError = errors
        try shell.run()
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        shell.waitUntilExit()
        return (shell.terminationStatus, text)
    }
}

/// A port of this process's own on loopback.
private struct Listener {
    let port: Int
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isReady = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, 1) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        try #require(isReady, "a port on loopback")
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    func end() { close(descriptor) }
}
