import Testing

@testable import Sandbox

@Suite("what was changed of the host")
struct HostRecordTests {
    static let list = """
        table ip pv-lab {
        \tchain forward {
        \t\ttype filter hook forward priority mangle; policy accept;
        \t}
        \tchain postrouting {
        \t\ttype nat hook postrouting priority srcnat; policy accept;
        \t}
        }
        table inet filter {
        \tchain input {
        \t\ttype filter hook input priority filter; policy accept;
        \t}
        }
        """

    @Test("labs' own tables and those that only filter what comes in forward for nobody")
    func own() { #expect(OtherForwarders.forwardingTables(in: Self.list) == []) }

    @Test(
        "a table that forwards or translates addresses is somebody's",
        arguments: ["type filter hook forward priority filter;", "type nat hook postrouting priority srcnat;"])
    func others(chain: String) {
        let docker = "\ntable ip nat {\n\tchain one {\n\t\t\(chain)\n\t}\n\tchain two {\n\t\t\(chain)\n\t}\n}\n"
        #expect(OtherForwarders.forwardingTables(in: Self.list + docker) == ["ip nat"])
    }

    @Test("forwarding that somebody else may need by now stays, and that is said")
    func stays() throws {
        // Mounted before: nothing of the machine is touched.
        let record = HostRecord(ipForward: "0", boot: "", netnsMounted: true)
        let notes = try record.restore(besides: OtherForwarders(bridges: ["docker0"], tables: ["ip nat"]))
        #expect(
            notes == ["net.ipv4.ip_forward stays 1, as it may be needed by bridge docker0 and nftables table ip nat"])
        let before = HostRecord(ipForward: "1", boot: "", netnsMounted: true)
        #expect(try before.restore(besides: OtherForwarders()) == [])
    }
}
