import Foundation
import Testing

@testable import Facts

@Suite("What a node says of itself")
struct NodeQuestionsTests {
    @Test("is read by a script that runs in any shell")
    func here() throws {
        var questions = NodeQuestions()
        (questions.machine, questions.needed, questions.ports) = (true, ["base-files"], [1])
        questions.names = ["localhost", "no.such.name.invalid"]
        questions.interfaces = ["lo", "nosuch0"]
        let sent = Date().timeIntervalSince1970
        let facts = NodeFacts(
            parsing: try shell(questions.script), sent: sent, received: Date().timeIntervalSince1970)
        #expect(facts.system?.id.isEmpty == false && facts.system?.version.isEmpty == false)
        #expect(facts.userID == Int(getuid()))
        #expect(try #require(facts.memory) > 100 && #require(facts.freeDisk) > 0)
        #expect(facts.clockAhead == 0)
        #expect(facts.missingPackages.isEmpty && facts.sourcesSeen == 0)
        #expect(facts.addresses["localhost"] == .some("127.0.0.1"))
        #expect(facts.addresses["no.such.name.invalid"] == .some(nil))
        #expect(facts.interfaces["lo"] == .init(exists: true, addresses: ["127.0.0.1/8"]))
        #expect(facts.interfaces["nosuch0"] == .init(exists: false))
    }

    @Test(
        "asks apt's sources where a package is missing",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/lib/apt/apt-helper"), "needs apt"))
    func sources() throws {
        var questions = NodeQuestions()
        questions.needed = ["no-such-package"]
        // Foundation starts children with SIGCHLD blocked, in which dash's `wait` waits for ever; sshd does not.
        let facts = NodeFacts(parsing: try shell(questions.script, in: "bash"), sent: 0, received: 1e12)
        #expect(facts.missingPackages == ["no-such-package"])
        #expect(facts.sourcesSeen > 0)
        #expect(facts.unreachableSources.isEmpty, "\(facts.unreachableSources)")
    }

    @Test("tells why a source does not answer")
    func deadSource() {
        let line = "source http://192.0.2.1/debian/dists/x/InRelease status 100: E: Failed to fetch"
        let facts = NodeFacts(parsing: line + "\nsource http://a/InRelease \n", sent: 0, received: 0)
        #expect(facts.sourcesSeen == 2)
        #expect(Array(facts.unreachableSources.keys) == ["http://192.0.2.1/debian/dists/x/InRelease"])
    }

    @Test("says who listens on a port")
    func listener() throws {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> UInt16 in
                guard bind(socket, address, length) == 0, listen(socket, 1) == 0 else { return 0 }
                getsockname(socket, address, &length)
                return pointer.pointee.sin_port.bigEndian
            }
        }
        try #require(port != 0)
        var questions = NodeQuestions()
        questions.ports = [Int(port)]
        let facts = NodeFacts(parsing: try shell(questions.script), sent: 0, received: 1e12)
        #expect(facts.listeners[Int(port)]?.program.isEmpty == false)
    }

    @Test("tells a clock that is certainly ahead or behind from a slow answer")
    func clock() {
        func ahead(_ first: Double, _ last: Double) -> Double? {
            NodeFacts(parsing: "now \(first)\nnow \(last)\n", sent: 100, received: 110).clockAhead
        }
        #expect(ahead(101, 109) == 0)
        #expect(ahead(161, 169) == 59)
        #expect(ahead(41, 49) == -59)
    }

    @Test("survives an answer that is none")
    func nonsense() {
        for text in ["", "now\n\nport\nname", "memory x\nport a b", "\u{0}\u{1B}[2J\nos"] {
            let facts = NodeFacts(parsing: text, sent: 0, received: 1)
            #expect(facts.clockAhead == nil && facts.memory == nil && facts.userID == nil)
        }
    }
}
