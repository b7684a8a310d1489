import Testing

@testable import Rendering
@testable import Topology

@Suite("overrides")
struct OverridesTests {
    private func override(
        _ file: String, _ scope: String, _ section: String, _ option: String, _ values: String..., line: Int = 60
    ) -> Override {
        Override(
            file: file, scope: scope, section: section, option: option, values: values,
            mark: Mark(line: line, column: 5))
    }

    private func lab(_ overrides: Override...) throws -> Lab {
        var lab = try Labs.sandbox
        lab.overrides = overrides
        return lab
    }

    private func values(_ lab: Lab, _ node: String, _ path: String, _ section: String, _ option: String) throws
        -> [String]
    {
        let file = try #require(try Labs.render(lab).files(of: node).first { $0.path == path })
        return try INIDocument(file.contents).values(section, option)
    }

    @Test(
        "reach the nodes of a role, one node, or all",
        arguments: [("compute", [false, true, true]), ("kvm1", [false, true, false]), ("all", [true, true, true])])
    func scopes(_ scope: String, _ expected: [Bool]) throws {
        let lab = try lab(override("nova.conf", scope, "DEFAULT", "debug", "true"))
        let reached = try ["controller", "kvm1", "vmware1"].map {
            try values(lab, $0, "/etc/nova/nova.conf", "DEFAULT", "debug") == ["true"]
        }
        #expect(reached == expected)
    }

    @Test("give several compute services no common host, and no options that go not together")
    func services() throws {
        let shared = try lab(override("nova.conf", "compute", "DEFAULT", "host", "one"))
        let problems = try Labs.problems(shared)
        #expect(problems.contains { $0.what.contains("host is the same for 3 compute services") })
        let prefixes = try lab(override("nova-compute.conf", "vmware1", "vmware", "cache_prefix", "one"))
        #expect(
            try Labs.problems(prefixes).map(\.what).contains {
                $0.hasPrefix("[vmware] cache_prefix is the same for 2 services of one vCenter")
            })
        let ports = try lab(override("nova-compute.conf", "vmware1", "vmware", "vnc_port", "60000"))
        let found = try Labs.problems(ports).filter { !$0.isWarning }
        #expect(!found.isEmpty && found.allSatisfy { $0.what.contains("go past the last port, 65535") })
        #expect(found.first?.place == .topology(file: ports.file, Mark(line: 60, column: 5)))
    }

    @Test("win over the templates, also where a later file would win over them")
    func precedence() throws {
        let lab = try lab(
            override("nova.conf", "all", "vmware", "task_poll_interval", "2.0"),
            override("nova.conf", "kvm1", "libvirt", "virt_type", "qemu"),
            override("nova-compute.conf", "vmware1", "vmware", "vnc_port", "6000"),
            override("neutron.conf", "controller", "DEFAULT", "rpc_workers", "2"))
        let cluster = "/etc/nova/nova-compute-cluster_b.conf"
        #expect(try values(lab, "vmware1", cluster, "vmware", "task_poll_interval") == ["2.0"])
        #expect(try values(lab, "vmware1", cluster, "vmware", "vnc_port") == ["6000"])
        #expect(try values(lab, "kvm1", "/etc/nova/nova-compute.conf", "libvirt", "virt_type") == ["qemu"])
        #expect(try values(lab, "controller", "/etc/neutron/neutron.conf", "DEFAULT", "rpc_workers") == ["2"])
    }

    @Test("may refer to other options, and repeat an option that may be repeated")
    func raw() throws {
        let lab = try lab(
            override("nova.conf", "all", "DEFAULT", "instances_path", "$state_path/here"),
            override("nova.conf", "all", "pci", "alias", "{}", "{}"))
        #expect(try values(lab, "kvm1", "/etc/nova/nova.conf", "DEFAULT", "instances_path") == ["$state_path/here"])
        #expect(try values(lab, "kvm1", "/etc/nova/nova.conf", "pci", "alias") == ["{}", "{}"])
    }

    @Test("that are wrong are all told, each at its place")
    func planted() throws {
        let planted = try lab(
            override("nova.conf", "all", "DEFAULT", "cpu_allocation_ration", "4.0", line: 61),
            override("nova.conf", "all", "DEFAULT", "datastore_regex", "x", line: 62),
            override("nova.conf", "all", "vmware", "wsdl_location", "x", line: 63),
            override("neutron.conf", "all", "DEFAULT", "lock_path", "/x", line: 64),
            override("nova.conf", "kvm1", "libvirt", "virt_type", "xen", line: 65),
            override("nova.conf", "all", "vmware", "host_port", "many", line: 66),
            override("nova.conf", "all", "conductor", "workers", "1", "2", line: 67),
            override("nova.conf", "compote", "DEFAULT", "debug", "true", line: 68),
            override("neutron.conf", "vmware1", "DEFAULT", "debug", "true", line: 69),
            override("nova.conf", "all", "DEFAULT", "debug", "tr\nue", line: 70))
        let lines = Set(
            try Labs.problems(planted).compactMap { problem -> Int? in
                guard case .topology(_, let mark) = problem.place else { return nil }
                return mark.line
            })
        #expect(lines == Set(61...70))
    }

    @Test("add to a list, repeat an option, replace a section, and take a whole file")
    func effects() throws {
        var lab = try lab(
            override("nova.conf", "all", "pci", "alias", "{}"))
        func add(
            _ section: String, _ option: String, _ values: [String], _ effect: Override.Effect,
            _ file: String = "nova.conf"
        ) {
            lab.overrides.append(
                Override(
                    file: file, scope: "controller", section: section, option: option, values: values, effect: effect,
                    mark: Mark(line: 61, column: 1)))
        }
        add("filter_scheduler", "enabled_filters", ["NUMATopologyFilter"], .append)
        add("pci", "alias", ["{ }"], .append)
        add("conductor", "", [], .clear)
        add("conductor", "workers", ["7"], .set)
        let nova = "/etc/nova/nova.conf"
        let filters = try values(lab, "controller", nova, "filter_scheduler", "enabled_filters")
        #expect(filters.first?.hasSuffix("AggregateInstanceExtraSpecsFilter,NUMATopologyFilter") == true)
        #expect(try values(lab, "controller", nova, "pci", "alias") == ["{}", "{ }"])
        #expect(try values(lab, "controller", nova, "conductor", "workers") == ["7"])
        add("", "", ["own.conf"], .file, "keystone.conf")
        let files = try Labs.render(lab) { $0.replacements = ["own.conf": "[token]\nprovider = fernet\n"] }
        let keystone = files.files(of: "controller").first { $0.path == "/etc/keystone/keystone.conf" }
        #expect(keystone?.contents == "[token]\nprovider = fernet\n")
        let wrong = try Labs.problems(lab) { $0.replacements = ["own.conf": "[token]\n\nproviders = fernet\n"] }
        #expect(wrong.map(\.place.description) == ["own.conf:3:1"])
    }

    @Test("that add to what is not there say so")
    func nothing() throws {
        var lab = try lab(override("nova.conf", "all", "DEFAULT", "debug", "true"))
        lab.overrides[0].effect = .append
        #expect(try Labs.problems(lab).allSatisfy { $0.what.contains("is not set") })
        #expect(try !Labs.problems(lab).isEmpty)
    }

    @Test("reach the nodes of a group")
    func groups() throws {
        var lab = try lab(override("nova.conf", "fast", "DEFAULT", "debug", "true"))
        lab.nodes[1].group = "fast"
        #expect(try values(lab, "kvm1", "/etc/nova/nova.conf", "DEFAULT", "debug") == ["true"])
        #expect(try values(lab, "vmware1", "/etc/nova/nova.conf", "DEFAULT", "debug") == [])
    }

    @Test("of an option that a later release drops are taken with a warning")
    func leaving() throws {
        let lab = try lab(override("nova.conf", "controller", "api", "auth_strategy", "keystone"))
        #expect(try Labs.render(lab).warnings.map(\.place.description) == ["topologies/sandbox.yaml:60:5"])
    }
}
