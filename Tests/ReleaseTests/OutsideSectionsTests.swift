import Testing

@testable import Release

@Suite("sections of plugins from outside")
struct OutsideSectionsTests {
    @Test("are noted once each, and not judged")
    func noted() throws {
        let core = try FieldCases.lint("r09/neutron.conf", "train")
        #expect(core.words == ["3 note not-judged"])
        #expect(
            core.points[0].what
                == "[dvs] is of no part of Neutron; not judged, as core_plugin names a plugin from outside")
        let driver = try FieldCases.lint("r09/ml2_conf.ini", "zed")
        #expect(driver.words == ["4 note not-judged"])
        #expect(driver.points[0].what.hasSuffix("as mechanism_drivers has vmware_dvs, which is outside the tree"))
        #expect(driver.description.hasSuffix("6 options, all fine in zed, 1 section not judged"))
    }

    @Test("are ignored where every plugin is Neutron's own, or the section is a slip of the finger")
    func ignored() throws {
        let own = "[DEFAULT]\ncore_plugin = ml2\n[dvs]\nhost_ip = a\n"
        #expect(try FieldCases.lint(text: own, "neutron.conf").words == ["4 ignored unknown-section"])
        let slip = "[DEFAULT]\ncore_plugin = acme.plugin.AcmePlugin\n[keystone_authtokn]\nusername = a\n"
        #expect(try FieldCases.lint(text: slip, "neutron.conf").points.map(\.verdict) == [.ignored])
    }

    @Test("are known by their name where another file may name the plugin")
    func byName() throws {
        let found = try FieldCases.lint(text: "[nsxv]\nmanager_uri = https://a\n", "neutron.conf")
        #expect(found.words == ["1 note not-judged"] && found.points[0].what.contains("vmware-nsx"))
    }

    @Test("are those of Cinder's backends with a driver from outside")
    func backends() throws {
        let text = """
            [DEFAULT]
            enabled_backends = acme
            [acme]
            volume_driver = acme_cinder.driver.AcmeISCSIDriver
            acme_api_key = 1
            acme_pool = 2
            """
        #expect(try FieldCases.lint(text: text, "cinder.conf").words == ["3 note not-judged"])
    }
}
