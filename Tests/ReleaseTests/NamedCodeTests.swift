import Testing

@testable import Release

@Suite("values that name code")
struct NamedCodeTests {
    @Test("are refused with nova.virt. before a driver, in all releases but those whose loader took it")
    func prefix() throws {
        for release in ["havana", "icehouse", "juno", "kilo"] {
            #expect(try FieldCases.lint("r01/nova.conf", release).points.isEmpty, "\(release)")
        }
        for release in ["train", "zed", "2025.1", "2026.2"] {
            let point = try #require(try FieldCases.lint("r01/nova.conf", release).points.first)
            #expect(point.verdict == .refused && point.line == 2, "\(release)")
            #expect(point.hint == "write vmwareapi.VMwareVCDriver")
            let text = "[DEFAULT]\ncompute_driver = nova.virt.libvirt.LibvirtDriver\n"
            #expect(try FieldCases.lint(text: text, "nova.conf", release).hints == ["write libvirt.LibvirtDriver"])
        }
    }

    @Test(
        "have the nearest name for a hint where they are misspelt",
        arguments: [
            ("ml2_conf.ini", ["vxlan", "openvswitch"]), ("nova.conf", ["libvirt.LibvirtDriver"]),
            ("neutron.conf", ["ml2", "router"]), ("linuxbridge_agent.ini", ["iptables"]),
            ("dhcp_agent.ini", ["openvswitch"]),
        ])
    func misspelt(_ file: String, _ names: [String]) throws {
        let found = try FieldCases.lint("r10/\(file)", "zed")
        #expect(found.hints == names.map { "did you mean \($0)?" })
        #expect(found.points.allSatisfy { $0.verdict == .warned || $0.verdict == .refused })
    }

    @Test(
        "are looked up for each kind of driver",
        arguments: [
            ("neutron.conf", "[DEFAULT]\nservice_plugins = router, qoss\n", "qos"),
            (
                "neutron.conf", "[DEFAULT]\ncore_plugin = neutron.plugins.ml2.plugin.Ml2Plugn\n",
                "neutron.plugins.ml2.plugin.Ml2Plugin"
            ),
            ("ml2_conf.ini", "[ml2]\nextension_drivers = port_securty\n", "port_security"),
            ("ml2_conf.ini", "[ml2]\ntenant_network_types = vxlna\n", "vxlan"),
            ("openvswitch_agent.ini", "[securitygroup]\nfirewall_driver = openvswich\n", "openvswitch"),
            (
                "l3_agent.ini", "[DEFAULT]\ninterface_driver = neutron.agent.linux.interface.OVSInterfaceDriverr\n",
                "neutron.agent.linux.interface.OVSInterfaceDriver"
            ),
            (
                "cinder.conf",
                "[DEFAULT]\nenabled_backends = a\n[a]\nvolume_driver = cinder.volume.drivers.lvm.LVMVolumDriver\n",
                "cinder.volume.drivers.lvm.LVMVolumeDriver"
            ),
            (
                "cinder.conf", "[DEFAULT]\nbackup_driver = cinder.backup.drivers.swift.SwiftBackupDrivr\n",
                "cinder.backup.drivers.swift.SwiftBackupDriver"
            ),
            ("cinder.conf", "[DEFAULT]\nscheduler_default_filters = CapacityFilte\n", "CapacityFilter"),
            ("nova.conf", "[filter_scheduler]\nenabled_filters = ComputFilter\n", "ComputeFilter"),
            ("nova.conf", "[DEFAULT]\ntransport_url = rabit://a:b@c:5672/\n", "rabbit"),
            ("nova.conf", "[oslo_messaging_notifications]\ndriver = mesagingv2\n", "messagingv2"),
            ("nova.conf", "[keystone_authtoken]\nauth_type = pasword\n", "password"),
            ("keystone.conf", "[token]\nprovider = fernt\n", "fernet"),
            ("keystone.conf", "[identity]\ndriver = sqll\n", "sql"),
            ("keystone.conf", "[auth]\nmethods = external,pasword,token\n", "password"),
            ("glance-api.conf", "[glance_store]\nstores = filee,http\n", "file"),
            ("glance-api.conf", "[DEFAULT]\nenabled_backends = a:rdb\n", "rbd"),
        ] as [(String, String, String)])
    func kinds(_ file: String, _ text: String, _ name: String) throws {
        let found = try FieldCases.lint(text: text, file)
        #expect(found.hints.contains("did you mean \(name)?"), "\(found)")
    }

    @Test(
        "pass where the release has them, or where a package from outside may",
        arguments: [
            (
                "neutron.conf",
                "[DEFAULT]\nservice_plugins = router,trunk,neutron_fwaas.services.firewall.FirewallPlugin\n"
            ),
            ("neutron.conf", "[DEFAULT]\ncore_plugin = neutron.plugins.ml2.plugin.Ml2Plugin\n"),
            ("ml2_conf.ini", "[ml2]\nmechanism_drivers = openvswitch,genericswitch,arista,l2population\n"),
            ("openvswitch_agent.ini", "[securitygroup]\nfirewall_driver = neutron.agent.firewall.NoopFirewallDriver\n"),
            (
                "cinder.conf",
                "[DEFAULT]\nenabled_backends = a\n[a]\nvolume_driver = cinder.volume.drivers.acme.iscsi.AcmeISCSIDriver\n"
            ),
            (
                "cinder.conf",
                "[DEFAULT]\nenabled_backends = a\n[a]\nvolume_driver = cinder.volume.drivers.dell_emc.vmax.fc.VMAXFCDriver\n"
            ),
            ("nova.conf", "[DEFAULT]\ncompute_driver = lxd.LXDDriver\n"),
            ("nova.conf", "[filter_scheduler]\navailable_filters = acme.AcmeFilter\nenabled_filters = AcmeFilter\n"),
            ("nova.conf", "[filter_scheduler]\nweight_classes = nova.scheduler.weights.all_weighers\n"),
            ("keystone.conf", "[auth]\nmethods = password,acme\n"),
        ])
    func known(_ file: String, _ text: String) throws {
        #expect(try FieldCases.lint(text: text, file).points.isEmpty)
    }

    @Test("went, or come later, or are a class where only a name is taken")
    func others() throws {
        let old = "[DEFAULT]\nenabled_backends = a\n[a]\nvolume_driver = cinder.volume.drivers.coraid.CoraidDriver\n"
        #expect(try FieldCases.lint(text: old, "cinder.conf", "juno").points.isEmpty)
        #expect(try FieldCases.lint(text: old, "cinder.conf", "train").words == ["4 refused contradiction"])
        // Cinder's managers take these for those that they have now.
        let simple = "[DEFAULT]\nscheduler_driver = cinder.scheduler.simple.SimpleScheduler\n"
        #expect(try FieldCases.lint(text: simple, "cinder.conf", "kilo").points.isEmpty)
        #expect(try FieldCases.lint(text: simple, "cinder.conf", "zed").words == ["2 refused contradiction"])
        let solidfire = "[DEFAULT]\nvolume_driver = cinder.volume.drivers.solidfire.SolidFire\n"
        #expect(try FieldCases.lint(text: solidfire, "cinder.conf", "icehouse").points.isEmpty)
        let swift = "[DEFAULT]\nbackup_driver = cinder.backup.drivers.swift\n"
        #expect(try FieldCases.lint(text: swift, "cinder.conf", "kilo").points.isEmpty)
        #expect(
            try FieldCases.lint(text: swift, "cinder.conf").hints
                == ["write cinder.backup.drivers.swift.SwiftBackupDriver"])
        let sql = "[identity]\ndriver = keystone.identity.backends.sql.Identity\n"
        #expect(try FieldCases.lint(text: sql, "keystone.conf", "juno").points.isEmpty)
        #expect(try FieldCases.lint(text: sql, "keystone.conf").hints == ["write sql"])
        let uuid = "[token]\nprovider = uuid\n"
        #expect(try FieldCases.lint(text: uuid, "keystone.conf").hints == ["queens was the last release with it"])
        let short = "[DEFAULT]\ncore_plugin = ml2\n"
        #expect(try FieldCases.lint(text: short, "neutron.conf", "kilo").points.isEmpty)
        #expect(
            try FieldCases.lint(text: short, "neutron.conf", "havana").hints
                == ["write neutron.plugins.ml2.plugin.Ml2Plugin"])
    }
}

@Suite("the list of code")
struct CodeNamesTests {
    @Test("has names of every release, and of every group that options name")
    func complete() throws {
        let names = try CodeNames.all.get()
        for place in ReleaseRecord.all.indices {
            #expect(!names.names(in: "nova.virt.libvirt", of: place).isEmpty, "\(place)")
            #expect(!names.names(in: ":neutron.ml2.mechanism_drivers", of: place).isEmpty, "\(place)")
        }
        for code in NamedCode.all {
            let isKnown = ReleaseRecord.all.indices.contains { !names.names(in: ":" + code.group, of: $0).isEmpty }
            #expect(isKnown, "\(code.group)")
        }
    }

    @Test("is refused where a line has not the form")
    func form() {
        #expect(throws: OptionFile.FormatError.self) { try CodeNames("[a]\nb\n") }
        #expect(throws: OptionFile.FormatError.self) { try CodeNames("[a]\nb\t%\n") }
    }
}
