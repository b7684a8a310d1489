import Release
import Testing

@testable import Rendering
@testable import Topology

@Suite("old names in overrides")
struct OverrideFixesTests {
    private func topology(_ overrides: String, _ release: String = "zed") -> String {
        """
        lab: fix
        release: \(release)
        defaults: { ssh: { user: root, identity_file: key }, physical_interfaces: { physnet1: eth1 } }
        nodes:
          controller: { address: 192.0.2.10, roles: [controller, network] }
          kvm1: { address: 192.0.2.21, roles: [compute], hypervisor: kvm }
        networks:
          management: { cidr: 192.0.2.0/24 }
          provider: { type: flat, physical_network: physnet1, cidr: 198.51.100.0/24 }
        overrides:
        \(overrides)

        """
    }

    private func fixes(_ text: String, _ replacements: [String: String] = [:]) throws -> OverrideFixes {
        try OverrideFixes(
            topology: Array(text.utf8), file: "t.yaml", release: Release(named: "zed"), replacements: replacements)
    }

    @Test("are replaced by the release's, all of them; options that are gone are told and stay")
    func topologyFile() throws {
        let before = topology(
            """
              nova.conf:
                all:
                  DEFAULT:
                    debug: true
                    sql_connection: mysql://a:hunter2@b   # the old place
                    verbose: true
                    osapi_compute_workers: 4
                kvm1: { libvirt: { iscsi_use_multipath: true } }
            """)
        let after = before.replacing(
            "    all:\n      DEFAULT:\n",
            with:
                "    all:\n      database:\n        connection: mysql://a:hunter2@b   # the old place\n      DEFAULT:\n"
        ).replacing("        sql_connection: mysql://a:hunter2@b   # the old place\n", with: "")
            .replacing("iscsi_use_multipath", with: "volume_use_multipath")
        let found = try fixes(before)
        let file = try #require(found.files.first)
        #expect(String(decoding: file.after, as: UTF8.self) == after)
        #expect(found.renamed.count == 2 && found.files.count == 1)
        #expect(found.left.allSatisfy { $0.what.contains("is gone") } && !found.left.isEmpty)
        #expect(found.left.contains { $0.what.contains("verbose") && $0.place.description == "t.yaml:17:9" })
        #expect(
            !file.diff.contains("hunter2")
                && file.diff.contains("+    kvm1: { libvirt: { volume_use_multipath: true } }"))
    }

    @Test("in a whole file of the user's are replaced there, and its other lines stay")
    func wholeFile() throws {
        let text = """
            # ours
            [DEFAULT]
            verbose = true
            sql_connection = a
              b
            [libvirt]
            iscsi_use_multipath=true

            [database]
            max_retries = 3

            """
        let found = try fixes(topology("  nova.conf: { all: own/nova.conf }"), ["own/nova.conf": text])
        let file = try #require(found.files.first)
        #expect(found.files.map(\.path) == ["own/nova.conf"])
        #expect(
            String(decoding: file.after, as: UTF8.self) == """
                # ours
                [DEFAULT]
                verbose = true
                [libvirt]
                volume_use_multipath=true

                [database]
                max_retries = 3
                connection = a
                  b

                """)
        #expect(found.left.map(\.place.description) == ["own/nova.conf:3:1"])
    }

    @Test("are none in what is up to date")
    func nothing() throws {
        let found = try fixes(topology("  nova.conf: { all: { database: { connection: a } } }"))
        #expect(found.files.isEmpty && found.renamed.isEmpty && found.left.isEmpty)
    }
}
