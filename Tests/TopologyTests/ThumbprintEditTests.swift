import Testing

@testable import Topology

@Suite("Pinning a certificate in a topology")
struct ThumbprintEditTests {
    private static let pin = String(repeating: "ab", count: 32)

    private func topology(_ vcenter: String) -> String {
        """
        # ünïcode, and comments that stay
        lab: pin
        release: zed
        defaults: { ssh: { user: root, identity_file: key }, physical_interfaces: { physnet1: eth1 } }
        nodes:
          controller: { address: 192.0.2.10, roles: [controller, network] }
          vmware1: { address: 192.0.2.31, roles: [compute], hypervisor: vmware, clusters: [vc1/a] }
        vcenters:
        \(vcenter)
        networks:
          management: { cidr: 192.0.2.0/24 }
          provider: { type: flat, physical_network: physnet1, cidr: 198.51.100.0/24, port_group: pg }
        flavors: { tiny: { vcpus: 1, ram_mb: 512, disk_gb: 1 } }
        images: { tiny: { builtin: tiny-guest, hypervisors: [vmware] } }

        """
    }

    private func pinned(_ text: String) throws -> String {
        String(
            decoding: try ThumbprintEdit.pin(Self.pin, of: "vc1", in: Array(text.utf8), file: "t.yaml"), as: UTF8.self)
    }

    private static let block = """
          vc1:
            address: 192.0.2.50   # its address
            username: nova
            password: { env: P }
            datacenter: dc1
            clusters: { a: }
        """

    @Test("adds one line to a block, and leaves every other byte")
    func block() throws {
        let text = topology(Self.block)
        #expect(
            try pinned(text)
                == text.replacing(
                    "    address: 192.0.2.50", with: "    thumbprint: \(Self.pin)\n    address: 192.0.2.50"))
    }

    @Test("keeps the file's line ends and its byte-order mark")
    func lineEnds() throws {
        let text = "\u{FEFF}" + topology(Self.block).replacing("\n", with: "\r\n")
        let edited = try pinned(text)
        #expect(
            edited
                == text.replacing(
                    "    address: 192.0.2.50", with: "    thumbprint: \(Self.pin)\r\n    address: 192.0.2.50"))
    }

    @Test("adds it to a mapping in braces")
    func flow() throws {
        let text = topology(
            "  vc1: { address: 192.0.2.50, username: n, password: { env: P }, datacenter: d, clusters: { a: } }")
        #expect(
            try pinned(text)
                == text.replacing("{ address: 192.0.2.50", with: "{ thumbprint: \(Self.pin), address: 192.0.2.50"))
    }

    @Test(
        "replaces an old pin, and insecure",
        arguments: ["thumbprint: '\(String(repeating: "0", count: 64))'", "insecure: true"])
    func replaces(_ old: String) throws {
        let text = topology(Self.block.replacing("    username: nova", with: "    \(old)  # why\n    username: nova"))
        #expect(try pinned(text) == text.replacing(old, with: "thumbprint: \(Self.pin)"))
    }

    @Test("refuses what it cannot do, and says the line to write by hand")
    func refuses() throws {
        let authority = topology(
            Self.block.replacing("    username: nova", with: "    ca_file: ca.pem\n    username: nova"))
        let shared = topology(
            """
              vc0: &same
                address: 192.0.2.49
                username: nova
                password: { env: P }
                datacenter: dc1
                clusters: { a: }
              vc1: *same
            """)
        for text in [authority, shared, "lab: x\n", "", "\u{0}"] {
            let error = #expect(throws: ThumbprintEditError.self) { try pinned(text) }
            #expect(error?.description.contains("thumbprint: \(Self.pin)") == true)
        }
    }
}
