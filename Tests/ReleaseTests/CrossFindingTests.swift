import Testing

@testable import Release

@Suite("options that do not go together")
struct CrossFindingTests {
    private func found(_ text: String, _ release: String = "zed", _ file: String = "nova.conf") throws -> [String] {
        let settings = OsloText(text).settings(file: file).map(\.setting)
        return try Release(named: release).catalog.crossCheck(settings).filter { !$0.isDefect }.map {
            "\($0.setting.option): \($0.problem.kind.word)"
        }
    }

    private let vmware = """
        [DEFAULT]
        compute_driver = vmwareapi.VMwareVCDriver
        reserved_host_memory_mb = 0
        [vmware]
        host_ip = a
        host_username = b
        host_password = c
        cluster_name = d

        """

    @Test("are none in a service that is right")
    func fine() throws {
        #expect(try found(vmware + "vnc_port = 5900\nvnc_port_total = 100\ndatastore_regex = ^shared-.*$\n") == [])
    }

    /// What oslo.config really does with each, tried with its versions in Zed and 2026.2.
    @Test(
        "are references to options that are not there",
        arguments: [
            ("a$b", true), ("a$", false), ("^openstack-[0-9]$", false), ("a$1", false), ("a$my_ip", false),
            ("a$host_ip", false), ("$vmware.host_ip", false), ("${my_ip}", false), ("$$x", false), (#"\$x"#, false),
            ("$vmware", true), ("$nogroup.x", true), ("${", false), ("a$(b)", false), ("^foo$|^bar$", false),
            ("$DEFAULT.my_ip", true), ("$VMware.host_ip", true), ("$my_ip.", true), ("a$config_dir", false),
            ("$é", false),
        ])
    func references(_ value: String, _ isBroken: Bool) throws {
        let found = try found("[vmware]\ncache_prefix = \(value)\n")
        #expect(found == (isBroken ? ["cache_prefix: contradiction"] : []))
    }

    @Test("are passwords of which oslo.config would replace a part")
    func passwords() throws {
        #expect(try found("[vmware]\nhost_password = pa$my_ip\n") == ["host_password: doubtful"])
        #expect(try found("[vmware]\nhost_password = pa$word\n") == ["host_password: contradiction"])
        #expect(try found("[vmware]\nhost_password = pa$$word\n") == [])
    }

    @Test(
        "are told by the rules of Nova's drivers",
        arguments: [
            (
                "[DEFAULT]\ncompute_driver = vmwareapi.VMwareVCDriver\nreserved_host_memory_mb = 0\n",
                ["compute_driver: contradiction"]
            ),
            ("[DEFAULT]\ncompute_driver = xenapi.XenAPIDriver\n", ["compute_driver: contradiction"]),
            ("[DEFAULT]\ncompute_driver = ironic.IronicDriver\n", []),
            ("[DEFAULT]\ncompute_driver = nova.virt.ironic.IronicDriver\n", ["compute_driver: contradiction"]),
            ("[DEFAULT]\ncompute_driver = docker.DockerDriver\n", ["compute_driver: contradiction"]),
            ("[DEFAULT]\ncompute_driver = hyperv.HyperVDriver\n", []),
            ("[libvirt]\nvirt_type = lxc\ncpu_mode = host-model\n", ["cpu_mode: contradiction"]),
            ("[libvirt]\nvirt_type = lxc\ncpu_mode = none\n", []),
            ("[libvirt]\ncpu_mode = custom\n", ["cpu_mode: contradiction"]),
            ("[libvirt]\ncpu_mode = custom\ncpu_models = Nehalem\n", []),
            ("[libvirt]\ncpu_mode = host-model\ncpu_models = Nehalem\n", ["cpu_models: contradiction"]),
            ("[filter_scheduler]\nenabled_filters = ComputeFilter, RamFilter\n", ["enabled_filters: contradiction"]),
            ("[filter_scheduler]\nenabled_filters = AvailabilityZoneFilter\n", []),
            ("[vmware]\nvnc_port = 60000\n", ["vnc_port: contradiction"]),
            ("[vmware]\nvnc_port_total = 0\n", ["vnc_port_total: contradiction"]),
            ("[vmware]\nvnc_port = 1\nvnc_port_total = 9223372036854775807\n", ["vnc_port_total: contradiction"]),
            ("[vmware]\ndatastore_regex = (abc\n", ["datastore_regex: contradiction"]),
            ("[vmware]\ndatastore_regex = shared^\n", ["datastore_regex: contradiction"]),
            ("[vmware]\ndatastore_regex = ^ds$1\n", ["datastore_regex: contradiction"]),
        ])
    func nova(_ text: String, _ expected: [String]) throws {
        #expect(try found(text) == expected)
    }

    @Test("depend on the release")
    func releases() throws {
        let filters = "[filter_scheduler]\nenabled_filters = AvailabilityZoneFilter\n"
        #expect(try found(filters, "2023.1") == [] && found(filters, "2023.2") != [])
        let hyperv = "[DEFAULT]\ncompute_driver = hyperv.driver.HyperVDriver\n"
        #expect(try found(hyperv, "2023.2") == [] && found(hyperv, "2024.1") == ["compute_driver: contradiction"])
        let bridge = "[ml2]\nmechanism_drivers = linuxbridge, l2population\n"
        #expect(try found(bridge, "2024.2", "ml2_conf.ini") == [])
        #expect(try found(bridge, "2025.1", "ml2_conf.ini") == ["mechanism_drivers: contradiction"])
        let ironic = "[DEFAULT]\ncompute_driver = nova.virt.ironic.IronicDriver\n"
        #expect(try found(ironic, "icehouse") == ["compute_driver: contradiction"])
    }

    @Test("are memory kept from a cluster, and a storage policy that is not named")
    func cluster() throws {
        #expect(try found(vmware.replacing("reserved_host_memory_mb = 0\n", with: "")) == ["compute_driver: doubtful"])
        #expect(try found(vmware.replacing("_mb = 0", with: "_mb = 512")) == ["reserved_host_memory_mb: doubtful"])
        #expect(
            try found(vmware + "pbm_enabled = yes\npbm_wsdl_location = file:///x\n") == ["pbm_enabled: contradiction"])
        #expect(try found(vmware + "pbm_enabled = yes\npbm_default_policy = gold\n") == [])
    }

    @Test("are Cinder's backends without a section")
    func backends() throws {
        let text = "[DEFAULT]\nenabled_backends = a, b\n[a]\nvolume_backend_name = a\n"
        #expect(try found(text, "zed", "cinder.conf") == ["enabled_backends: doubtful"])
    }

    @Test("are a certificate that is not verified, and an insecure that an authority makes vain")
    func trust() throws {
        #expect(try found(vmware + "insecure = true\n") == ["insecure: doubtful"])
        #expect(try found(vmware + "insecure = false\nca_file = /a\n") == [])
        let both = OsloText(vmware + "insecure = on\nca_file = /a\n").settings(file: "nova.conf").map(\.setting)
        let told = try Release(named: "zed").catalog.crossCheck(both).filter { !$0.isDefect }.map(\.problem.what)
        #expect(
            told == ["[vmware] insecure = on does nothing: the certificate of vCenter is verified by ca_file"])
    }

    @Test("are services of one host, and services of one vCenter with one image cache")
    func services() throws {
        func service(_ host: String, _ vcenter: String, _ prefix: String) -> [OptionSetting] {
            let text = "[DEFAULT]\nhost = \(host)\n[vmware]\nhost_ip = \(vcenter)\ncache_prefix = \(prefix)\n"
            return OsloText(text).settings(file: "nova-compute-a.conf").map(\.setting)
        }
        let catalog = try Release(named: "zed").catalog
        func words(_ services: [[OptionSetting]]) -> [String] {
            catalog.crossCheck(services: services).map {
                "\($0.service) \($0.finding.setting.option): \($0.finding.problem.kind.word)"
            }
        }
        #expect(words([service("a", "v1", "c"), service("b", "v1", "d")]) == [])
        #expect(words([service("a", "v1", "c"), service("A", "v1", "d")]) == ["1 host: contradiction"])
        #expect(words([service("a", "v1", "c"), service("b", "v2", "c")]) == [])
        #expect(
            words([service("a", "v1", "c"), service("b", "v1", "c"), service("c", "v1", "c")])
                == ["1 cache_prefix: contradiction"])
    }
}

extension CrossFinding {
    /// Whether it is of the register of known defects, which depends on the release alone.
    fileprivate var isDefect: Bool { if case .defect = problem.kind { true } else { false } }
}
