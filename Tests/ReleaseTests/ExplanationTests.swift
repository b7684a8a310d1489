import Testing

@testable import Release

@Suite("an explanation")
struct ExplanationTests {
    private func explain(
        _ section: String, _ option: String, _ release: String, _ file: String = "nova.conf"
    ) throws -> Explanation {
        try Release(named: release).catalog.explain(file: file, section: section, option: option)
    }

    @Test("has type, default, choices and range")
    func facts() throws {
        let pool = try explain("vmware", "connection_pool_size", "zed")
        #expect(pool.status == .known && pool.facts?.type == "integer" && pool.facts?.defaultValue == "10")
        #expect(pool.facts?.minimum == 10 && pool.facts?.maximum == nil)
        #expect(try explain("libvirt", "virt-type", "zed").facts?.choices == ["kvm", "lxc", "qemu", "parallels"])
        let password = try explain("VMware", "host_password", "zed")
        #expect(password.section == "vmware" && password.facts?.isSecret == true)
    }

    @Test("has since when and until when, and how it differed")
    func history() throws {
        let type = try explain("libvirt", "virt_type", "zed")
        #expect(type.releases == [Explanation.Span(first: "icehouse", last: "2026.2")])
        #expect(type.otherwise.contains { $0.contains("to victoria: ") && $0.contains("xen") })
        #expect(try explain("vmware", "wsdl_location", "kilo").releases == [.init(first: "havana", last: "ocata")])
    }

    @Test("has the new name of an old one")
    func renamed() throws {
        let type = try explain("DEFAULT", "libvirt_type", "juno")
        #expect(type.status == .removed)
        #expect(
            type.renamedTo == [.init(section: "libvirt", option: "virt_type", since: "icehouse", until: "icehouse")])
        #expect(try explain("ml2", "tenant_network_types", "2026.1", "ml2_conf.ini").status == .renamed)
        #expect(try explain("ml2", "tenant_network_types", "2025.2", "ml2_conf.ini").status == .known)
        #expect(try explain("ml2", "project_network_types", "zed", "ml2_conf.ini").status == .notYet)
    }

    @Test("has the nearest names of one that no release knows")
    func unknown() throws {
        let unknown = try explain("vmware", "conection_pool_sise", "2026.2")
        #expect(unknown.status == .unknown && unknown.nearest == ["connection_pool_size"])
        let misplaced = try explain("DEFAULT", "datastore_regex", "zed")
        #expect(misplaced.status == .misplaced && misplaced.sections == ["vmware"])
        #expect(throws: OptionProblem.self) { try explain("a", "b", "havana", "placement.conf") }
    }

    @Test("reads as a person would want it")
    func text() throws {
        #expect(
            try explain("libvirt", "virt_type", "wallaby").description == """
                [libvirt] virt_type of nova.conf in wallaby
                  type          string
                  default       kvm
                  choices       kvm, lxc, qemu, parallels
                  releases      icehouse on
                  otherwise in  icehouse: string, default kvm
                  otherwise in  juno to kilo: string, default kvm
                  otherwise in  liberty to victoria: string, default kvm, one of kvm, lxc, qemu, uml, xen, parallels
                """)
    }

    @Test("is there for every release in a list, with what each brought and dropped")
    func list() throws {
        let list = ReleaseList.all
        #expect(list.releases.map(\.name) == Release.names)
        let juno = try #require(list.releases.first { $0.name == "juno" })
        #expect(juno.brought == ["ironic"] && juno.dropped == ["vmware_esx"])
        #expect(list.releases.filter { $0.distribution != nil }.map(\.name) == ["zed", "2025.1"])
        #expect(list.releases.last?.gaps.count == 1 && list.releases.allSatisfy { $0.options > 1900 })
        #expect(list.table.contains("havana") && list.table.contains("There is no catalogue of liberty"))
    }
}
