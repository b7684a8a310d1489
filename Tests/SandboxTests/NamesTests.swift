import Testing

@testable import Sandbox

@Suite("names on the host")
struct NamesTests {
    @Test("a lab whose name begins like another's does not own the other's things")
    func ownership() {
        let short = Names(lab: "a")
        let long = Names(lab: "a-b")
        #expect(short.ownsNamespace(short.namespace(ofNode: "b-c")))
        #expect(!short.ownsNamespace(long.namespace(ofNode: "c")))
        #expect(!short.ownsNamespace(long.namespace))
        #expect(!long.ownsNamespace(short.namespace(ofNode: "b")))
        #expect(short.ownsControlGroup(short.controlGroup(ofVCenter: "vc1")))
        #expect(!short.ownsControlGroup(long.controlGroup(ofNode: "n")))
        #expect(!short.ownsControlGroup("polyvisor-base-0123456789abcdef"))
    }

    @Test("a node and a vCenter of the same name have different namespaces and groups")
    func nodeAndVCenter() {
        let names = Names(lab: "lab")
        #expect(names.namespace(ofNode: "x") != names.namespace(ofVCenter: "x"))
        #expect(names.controlGroup(ofNode: "x") != names.controlGroup(ofVCenter: "x"))
    }

    @Test("the longest lab name still makes an interface name")
    func uplink() { #expect(Names(lab: "abcdefghijkl").uplink.utf8.count == 15) }

    @Test(
        "interface names have at most 15 characters and stay different",
        arguments: [("n1", "eth0", "n1-eth0"), ("controller", "eth0", "controller-eth0")])
    func ports(owner: String, interface: String, port: String) { #expect(Names.port(owner, interface) == port) }

    @Test("a hardware address is the same each time, another for each interface, and one that anybody may give")
    func hardwareAddresses() {
        let all =
            (1...200).map { Names.hardwareAddress("pv-lab.n\($0)", "eth0") } + [
                Names.hardwareAddress("pv-lab.n1", "eth1")
            ]
        #expect(Set(all).count == 201 && all[0] == Names.hardwareAddress("pv-lab.n1", "eth0"))
        #expect(all.allSatisfy { $0.wholeMatch(of: /02(:[0-9a-f]{2}){5}/) != nil })
    }

    @Test("long names are shortened and stay different")
    func shortened() {
        let names = (1...50).map { Names.port("compute-node-number-\($0)", "eth1") }
        #expect(Set(names).count == 50)
        #expect(names.allSatisfy { $0.utf8.count <= 15 })
    }

    @Test("a cache key depends on every part and on where parts end")
    func cacheKey() {
        #expect(CacheKey.hash(of: ["a", "b"]) == CacheKey.hash(of: ["a", "b"]))
        #expect(CacheKey.hash(of: ["a", "b"]) != CacheKey.hash(of: ["ab"]))
        #expect(CacheKey.hash(of: ["a", "b"]) != CacheKey.hash(of: ["b", "a"]))
        #expect(CacheKey.hash(of: []).count == 16)
    }
}
