import Testing

@testable import Sandbox

@Suite("a node's resolv.conf")
struct ResolverTests {
    @Test("the host's own file, when its servers can be reached")
    func plain() throws {
        #expect(
            try Resolver.contents(host: "nameserver 10.255.255.53\n", upstream: nil) == "nameserver 10.255.255.53\n")
    }

    @Test("a server on the loopback address is left out, others stay")
    func mixed() throws {
        let text = try Resolver.contents(
            host: "search a.example\nnameserver 127.0.0.1\nnameserver 192.0.2.53\n", upstream: nil)
        #expect(text == "search a.example\nnameserver 192.0.2.53\n")
    }

    @Test("behind systemd-resolved's stub, the servers that it asks", arguments: ["127.0.0.53", "::1"])
    func stub(server: String) throws {
        let text = try Resolver.contents(host: "nameserver \(server)\n", upstream: "nameserver 192.0.2.1\n")
        #expect(text == "nameserver 192.0.2.1\n")
    }

    @Test(
        "no server that a node could reach is an error", arguments: [nil, "", "nameserver 127.0.0.1\n", "search x\n"])
    func none(text: String?) {
        let error = #expect(throws: SandboxError.self) { try Resolver.contents(host: text, upstream: nil) }
        #expect(error?.kind == .unsupportedHost)
    }
}
