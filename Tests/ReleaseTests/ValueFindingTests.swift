import Testing

@testable import Release

@Suite("values that do something else than meant")
struct ValueFindingTests {
    @Test("have a remark behind them")
    func remarks() throws {
        let found = try FieldCases.lint("r12/nova.conf", "zed")
        #expect(found.words == ["2 warned remark", "3 refused contradiction", "4 warned remark", "5 warned remark"])
        #expect(found.hints.allSatisfy { $0 == "put the remark on a line of its own" || $0.hasPrefix("did you") })
        #expect(!found.description.contains("example"))
    }

    @Test("have a remark behind them, and their type shows it")
    func typed() throws {
        let found = try FieldCases.lint(text: "[DEFAULT]\nosapi_compute_listen_port = 8774 # ours\n", "nova.conf")
        #expect(found.words == ["2 refused wrong-type"] && found.hints == ["put the remark on a line of its own"])
        let drivers = "[ml2]\nmechanism_drivers = openvswitch,l2population  # both\n"
        #expect(try FieldCases.lint(text: drivers, "ml2_conf.ini").words == ["2 refused contradiction"])
    }

    @Test(
        "are no remark",
        arguments: [
            "[DEFAULT]\nlogging_default_format_string = %(asctime)s # %(message)s\n", "[DEFAULT]\nmy_ip = a#b\n",
            "[vmware]\nhost_password = #secret\n", "[DEFAULT]\nstate_path = a;b\n",
        ])
    func noRemarks(_ text: String) throws {
        #expect(try FieldCases.lint(text: text, "nova.conf").points.isEmpty)
    }

    /// Which signs break what: oslo_messaging/transport.py, urllib.parse and sqlalchemy/engine/url.py.
    @Test(
        "are passwords in URLs with signs of URLs",
        arguments: [
            ("rabbit://u:p@zq@h:5672/", "%40 for @"), ("rabbit://u:p/zq@h:5672/", "%2F for /"),
            ("rabbit://u:p#zq@h:5672/", "%23 for #"), ("rabbit://u:p?zq@h:5672/", "%3F for ?"),
            ("rabbit://u:p%zq@h:5672/", "%25 for %"), ("rabbit://u:p,zq@h:5672/", "%2C for ,"),
            ("rabbit://u:a@h1:5672,u:b/c@h2:5672/v", "%2F for /"), ("rabbit://u:12/3@h/", "%2F for /"),
        ])
    func passwords(_ url: String, _ hint: String) throws {
        let found = try FieldCases.lint(text: "[DEFAULT]\ntransport_url = \(url)\n", "nova.conf")
        #expect(found.words == ["2 warned doubtful"] && found.hints[0].contains(hint), "\(found)")
        #expect(!found.description.contains("zq"))
    }

    @Test("are passwords of databases and caches as well")
    func otherURLs() throws {
        let text = "[database]\nconnection = mysql+pymysql://nova:hunt@er2@db/nova\n"
        let found = try FieldCases.lint(text: text, "nova.conf")
        #expect(found.words == ["2 warned doubtful"] && !found.description.contains("er2"))
        #expect(found.hints == ["write %40 for @"])
    }

    @Test(
        "are URLs as they should be",
        arguments: [
            "rabbit://u:p%40ss@h:5672/", "rabbit://u:p@h1:5672,u:p@h2:5672/v?ssl=1", "rabbit://h:5672/", "rabbit://",
            "rabbit://u:p@[2001:db8::1]:5672/", "rabbit://openstack:{{ password }}@h/", "rabbit://u:p$$x@h/v",
            "rabbit://u@h/", "rabbit://u:RABBIT_PASS@controller", "rabbit://u:p!~*()'=+&;:@h/",
        ])
    func fine(_ url: String) throws {
        #expect(try FieldCases.lint(text: "[DEFAULT]\ntransport_url = \(url)\n", "nova.conf").points.isEmpty)
        for connection in [
            "sqlite:////var/lib/a@b.db", "mysql+pymysql://h/db?user=a@b", "mysql://u:p@h/db?charset=utf8",
        ] {
            let text = "[database]\nconnection = \(connection)\n"
            #expect(try FieldCases.lint(text: text, "nova.conf").points.isEmpty)
        }
    }

    @Test("are a datastore_regex beside a storage policy, which needs no WSDL")
    func storagePolicy() throws {
        #expect(try FieldCases.lint("r02/nova.conf", "train").words == ["12 warned doubtful"])
        for release in ["zed", "2025.1"] {
            let found = try FieldCases.lint("r02/nova.conf", release)
            #expect(found.count(.refused) == 0)
            #expect(found.words.contains("12 warned doubtful") && found.description.contains("nova-vmware-pbm"))
        }
    }

    @Test("are Glance's store for datastores among several, and its certificate that is not verified")
    func stores() throws {
        let found = try FieldCases.lint("r14/glance-api.conf", "zed")
        #expect(found.words == ["2 refused contradiction", "12 warned doubtful"])
        #expect(found.points[0].what.contains("dc1:vmware"))
        #expect(found.points[0].hint?.contains("stores = file,http,vmware") == true)
        let checked = "[glance_store]\nvmware_ca_file = /a.pem\nvmware_insecure = true\n"
        #expect(try FieldCases.lint(text: checked, "glance-api.conf").points.isEmpty)
    }

    @Test("walk into defects that the register knows")
    func defects() throws {
        for release in ["zed", "2023.1"] {
            let found = try FieldCases.lint("r16/nova.conf", release)
            #expect(found.words == ["2 warned known-defect", "4 warned known-defect"], "\(release)")
            #expect(
                found.points[0].what.hasPrefix("nova-2053027: ") && found.points[0].hint?.contains("2053027") == true)
            #expect(found.points[1].what.hasPrefix("nova-vmware-config-drive: "))
        }
        #expect(try FieldCases.lint("r16/nova.conf", "train").points.isEmpty)
        let kvm = "[DEFAULT]\ncompute_driver = libvirt.LibvirtDriver\nforce_config_drive = true\n"
        #expect(try FieldCases.lint(text: kvm, "nova.conf").points.isEmpty)
    }
}
