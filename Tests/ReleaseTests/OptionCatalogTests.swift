import Testing

@testable import Release

@Suite("the option catalogue of Zed")
struct OptionCatalogTests {
    private let catalog: OptionCatalog

    init() throws { catalog = try Release(named: "zed").catalog }

    private func check(
        _ file: String, _ section: String, _ option: String, _ values: String..., authType: String? = nil,
        backends: String? = nil
    ) throws -> [OptionProblem] {
        try catalog.check(
            OptionSetting(
                file: file, section: section, option: option, values: values, authType: authType,
                names: .backends(backends)))
    }

    @Test(
        "takes what the release takes",
        arguments: [
            ("nova.conf", "DEFAULT", "my_ip", "10.0.0.1"), ("nova.conf", "VMware", "use_linked_clone", "True"),
            ("/etc/nova/nova-compute-cluster_a.conf", "vmware", "host_port", "443"),
            ("nova.conf", "vmware", "host_password", "a$$b"), ("nova.conf", "placement", "username", "nova"),
            ("nova.conf", "privsep_osbrick", "user", "nova"), ("nova.conf", "DEFAULT", "host", "vmware1-cluster_a"),
            ("nova.conf", "oslo_concurrency", "lock_path", "$state_path/lock"),
            ("nova.conf", "DEFAULT", "cpu_allocation_ratio", "4.0"),
            ("nova.conf", "workarounds", "disable_deep_image_inspection", "true"),
            ("dhcp_agent.ini", "oslo_concurrency", "lock_path", "/var/lib/neutron/lock"),
            ("ml2_conf.ini", "ml2_vsphere", "hosts", "a,b"), ("ml2_conf.ini", "ml2", "tenant_network_types", ""),
            ("nova.conf", "DEFAULT", "log_rotation_type", "NONE"), ("neutron.conf", "DEFAULT", "host", "10.0.0.1"),
        ])
    func fine(_ file: String, _ section: String, _ option: String, _ value: String) throws {
        #expect(try check(file, section, option, value) == [])
    }

    @Test(
        "says why it does not take a value",
        arguments: [
            ("vmware", "host_port", "https", OptionProblem.Kind.wrongType),
            ("vmware", "host_port", "70000", .outOfRange),
            ("vmware", "connection_pool_size", "1", .outOfRange), ("vmware", "insecure", "perhaps", .wrongType),
            ("libvirt", "virt_type", "xen", .notAChoice), ("DEFAULT", "cpu_allocation_ratio", "four", .wrongType),
            ("vmware", "host_ip", "not a host", .wrongType),
            ("vmware", "serial_port_proxy_uri", "http://a", .wrongType),
            ("DEFAULT", "enabled_apis", "osapi_compute,ec2", .notAChoice),
            ("DEFAULT", "instance_usage_audit_period", "week", .wrongType),
            ("vnc", "novncproxy_base_url", "controller:6080", .wrongType),
        ])
    func badValue(_ section: String, _ option: String, _ value: String, _ kind: OptionProblem.Kind) throws {
        let problems = try check("nova.conf", section, option, value)
        #expect(problems.map(\.kind) == [kind])
        #expect(problems.first?.what.contains("“\(value)”") == true)
    }

    @Test("never prints the value of a secret option")
    func secret() throws {
        let nova = try #require(try catalog.component("nova"))
        var secrets = 0
        for section in nova.sections {
            for option in nova.options(in: section) {
                let facts = try #require(try nova.facts(section, option))
                guard facts.isSecret, !facts.isRepeatable else { continue }
                let problems = try check("nova.conf", section, option, "hunter2", "hunter2")
                #expect(!problems.isEmpty && !problems.contains { "\($0)".contains("hunter2") })
                secrets += 1
            }
        }
        #expect(secrets > 10)
    }

    @Test("names the nearest option")
    func misspelt() throws {
        let problem = try #require(try check("nova.conf", "vmware", "datastore_regexp", "x").first)
        #expect(problem.kind == .unknownOption)
        #expect(problem.hint == "did you mean datastore_regex?")
    }

    @Test("names the nearest section, and knows that DEFAULT alone has a case")
    func sections() throws {
        #expect(try check("nova.conf", "vmwre", "nothing", "x").first?.hint == "did you mean [vmware]?")
        let lower = try #require(try check("nova.conf", "default", "nothing", "x").first)
        #expect(lower.kind == .unknownSection && lower.hint == "did you mean [DEFAULT]?")
    }

    @Test("says where a misplaced option belongs")
    func misplaced() throws {
        #expect(try check("nova.conf", "DEFAULT", "datastore_regex", "x").map(\.kind) == [.misplaced(["vmware"])])
        #expect(try check("nova.conf", "service_user", "region_name", "x").first?.isWarning == false)
    }

    @Test("gives the new name of a renamed option")
    func renamed() throws {
        #expect(
            try check("neutron.conf", "DEFAULT", "lock_path", "/x").map(\.kind)
                == [.renamed(section: "oslo_concurrency", option: "lock_path")])
        #expect(
            try check("nova.conf", "keystone_authtoken", "tenant_name", "x", authType: "password").map(\.kind)
                == [.renamed(section: "keystone_authtoken", option: "project_name")])
    }

    @Test("knows options of earlier releases, and the last one that had them")
    func removed() throws {
        #expect(try check("nova.conf", "spice", "nothing_ever", "x").map(\.kind) == [.unknownOption])
        let gone = try #require(try check("nova.conf", "vmware", "wsdl_location", "x").first)
        guard case .removed(let last) = gone.kind else { Issue.record("\(gone)"); return }
        #expect(last == "ocata" && gone.what.contains("since pike"))
    }

    @Test("warns of what a later release will drop")
    func leaving() throws {
        let problem = try #require(try check("nova.conf", "glance", "api_servers", "http://a:9292").first)
        #expect(problem.kind == .deprecatedForRemoval && problem.isWarning)
    }

    @Test("lets an option be repeated only where it may")
    func repeated() throws {
        #expect(try check("nova.conf", "vmware", "cluster_name", "a", "b").map(\.kind) == [.notRepeatable])
        #expect(try check("nova.conf", "pci", "alias", "{}", "{}") == [])
        #expect(try check("ml2_conf.ini", "ml2_vsphere", "port_groups", "a:b", "c:d") == [])
    }

    @Test("wants brackets around a list where oslo.config does, and closed quotes")
    func bounds() throws {
        let methods = "enabled_import_methods"
        #expect(try check("glance-api.conf", "DEFAULT", methods, "[glance-direct,web-download]") == [])
        #expect(try check("glance-api.conf", "DEFAULT", methods, "[]") == [])
        #expect(try check("glance-api.conf", "DEFAULT", methods, "glance-direct").map(\.kind) == [.wrongType])
        #expect(try check("glance-api.conf", "DEFAULT", methods, "['a]").map(\.kind) == [.wrongType])
        #expect(try check("cinder.conf", "backend_defaults", "powermax_port_groups", "a").map(\.kind) == [.wrongType])
    }

    /// Each tried with oslo.config's own types (scripts/compare-validator).
    @Test(
        "takes numbers, pairs and addresses as Python does",
        arguments: [
            ("DEFAULT", "osapi_compute_workers", "1_000", true), ("DEFAULT", "osapi_compute_workers", "+5", true),
            ("DEFAULT", "osapi_compute_workers", "0x10", false), ("DEFAULT", "osapi_compute_workers", "", true),
            ("DEFAULT", "cpu_allocation_ratio", ".5", true), ("DEFAULT", "cpu_allocation_ratio", "5.", true),
            ("DEFAULT", "cpu_allocation_ratio", "0x1p3", false), ("DEFAULT", "cpu_allocation_ratio", "1e1", true),
            ("vmware", "host_port", "", true), ("vmware", "host_port", "-1", false),
            ("vmware", "host_ip", "::1", true), ("vmware", "host_ip", "10.0.0.256", false),
            ("vmware", "host_ip", "a.", true), ("vmware", "host_ip", "1.2", false), ("vmware", "host_ip", "_x", false),
            ("vnc", "novncproxy_base_url", "http://[::1]:80/", true), ("vnc", "novncproxy_base_url", "http://", false),
            ("vnc", "novncproxy_base_url", "http://a b/", false), ("DEFAULT", "default_log_levels", "", true),
        ])
    func pythonValues(_ section: String, _ option: String, _ value: String, _ isFine: Bool) throws {
        let problems = try check("nova.conf", section, option, value)
        #expect(problems.filter { !$0.isWarning }.isEmpty == isFine, "\(problems)")
    }

    @Test("takes an authentication plugin's options in the sections that log in, by their auth_type")
    func plugins() throws {
        #expect(try check("nova.conf", "keystone_authtoken", "username", "x", authType: "password") == [])
        #expect(try check("nova.conf", "keystone_authtoken", "username", "x", authType: "v3token").map(\.kind) != [])
        #expect(try check("nova.conf", "vmware", "project_domain_name", "Default").map(\.kind) != [])
    }

    @Test("opens the sections that enabled_backends names")
    func backends() throws {
        #expect(try check("cinder.conf", "lvm1", "volume_backend_name", "x", backends: "lvm1,vmdk1") == [])
        #expect(try check("cinder.conf", "lvm2", "volume_backend_name", "x", backends: "lvm1,vmdk1") != [])
        #expect(try check("glance-api.conf", "fast", "filesystem_store_datadir", "/x", backends: "fast:file") == [])
    }

    @Test("knows no other files")
    func files() throws {
        let problem = try #require(try check("novaa.conf", "DEFAULT", "my_ip", "x").first)
        #expect(problem.kind == .unknownFile && problem.hint == "did you mean nova.conf?")
    }

    @Test("reads every component, and each has the namespaces that oslo-config-validator wants")
    func complete() throws {
        let later = ["glance-registry.conf", "linuxbridge_conf.ini", "ovs_neutron_plugin.ini", "ovn_agent.ini"]
        for file in ConfigFile.names where !later.contains(file) {
            #expect(try !catalog.namespaces(of: file).isEmpty, "\(file)")
        }
        #expect(try catalog.namespaces(of: "ml2_conf.ini").contains("polyvisor.ml2_vsphere"))
        let nova = try #require(try catalog.component("nova"))
        #expect(nova.sections.map { nova.options(in: $0).count }.reduce(0, +) > 1000)
    }
}
