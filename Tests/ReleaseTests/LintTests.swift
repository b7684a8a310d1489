import Testing

@testable import Release

@Suite("lint")
struct LintTests {
    private func lint(_ text: String, _ release: String = "zed", as file: String = "nova.conf") throws -> Lint {
        try Lint(text.utf8, as: file, path: "x.conf", catalog: Release(named: release).catalog)
    }

    private func words(_ lint: Lint) -> [String] { lint.points.map { "\($0.line) \($0.verdict) \($0.kind)" } }

    @Test("tells of each line what the release would do with it, in their order")
    func article() throws {
        let text = """
            [DEFAULT]
            verbose = True
            my_ip = 10.0.0.1
            allow_resize_to_same_host = maybe
            sql_connection = sqlite://
            [vmware]
            datastore_regexp = ^a
            host_port = 70000
            cluster_name = a
            cluster_name = b
            [glance]
            api_servers = http://a:9292
            [vnc]
            datastore_regex = a
            [nowhere]
            a = 1
            nonsense
            """
        let found = try lint(text)
        #expect(
            words(found) == [
                "2 ignored removed", "4 refused wrong-type", "5 warned renamed", "7 ignored unknown-option",
                "8 refused out-of-range", "10 ignored repeated", "12 warned deprecated", "14 ignored wrong-section",
                "16 ignored unknown-section", "17 refused syntax",
            ])
        #expect(found.options == 10)
        #expect(found.points[2].replacement == OptionName(section: "database", option: "connection"))
        #expect(found.points.map(\.column) == [1, 29, 1, 1, 13, 1, 1, 1, 1, 1])
        #expect(found.description.contains("x.conf:4:29: refused: "))
        #expect(found.points[3].hint == "did you mean datastore_regex?")
        #expect(found.description.hasSuffix("x.conf: 10 options: 5 ignored, 2 warned, 3 refused by zed"))
    }

    @Test("finds nothing in a file that is right")
    func fine() throws {
        let found = try lint("[DEFAULT]\nmy_ip = 10.0.0.1\nlog_dir = $state_path/log\n[vnc]\nserver_listen = $my_ip\n")
        #expect(found.points.isEmpty && found.description == "x.conf: 3 options, all fine in zed")
    }

    @Test("knows what other releases have: what came later, and what went")
    func time() throws {
        let text = "[libvirt]\nvirt_type = xen\n[vmware]\ncache_prefix = a\n"
        #expect(try words(lint(text, "juno")) == ["4 ignored not-yet"])
        #expect(try words(lint(text, "victoria")) == [])
        #expect(try words(lint(text, "wallaby")) == ["2 refused not-a-choice"])
        let libvirt = try lint("[DEFAULT]\nlibvirt_type = qemu\n", "juno")
        #expect(libvirt.points.first?.replacement == OptionName(section: "libvirt", option: "virt_type"))
        #expect(try words(lint("[DEFAULT]\nlibvirt_type = qemu\n", "icehouse")) == ["2 warned renamed"])
    }

    @Test("shows no letters that a terminal would obey, and no value of a secret")
    func visibleText() throws {
        let found = try lint("[vmware]\nhost_password = hunter$two\n\u{1B}[31mx = 1\nhost_port = \u{1B}[0m\n")
        #expect(!found.description.contains("\u{1B}") && !found.description.contains("two"))
        #expect(words(found) == ["2 refused contradiction", "3 ignored unknown-option", "4 refused wrong-type"])
    }

    @Test("draws no conclusion from an option that the release does not read")
    func unread() throws {
        let text = "[DEFAULT]\nscheduler_default_filters = RetryFilter\n[vmware]\ninsecure = True\n"
        #expect(try words(lint(text)) == ["2 ignored removed", "4 warned doubtful"])
        #expect(try words(lint(text, "havana")) == ["4 ignored not-yet"])
    }

    @Test("tells numbers apart that a floating-point one does not")
    func bigNumbers() throws {
        let text = "[token]\nexpiration = 9223372036854775808\n"
        #expect(try words(lint(text, "2024.1", as: "keystone.conf")) == ["2 refused out-of-range"])
        let last = "[token]\nexpiration = 9223372036854775807\n"
        #expect(try words(lint(last, "2024.1", as: "keystone.conf")) == [])
    }

    @Test("of a file that the release has not says which releases have it")
    func unknownFile() throws {
        let error = #expect(throws: OptionProblem.self) { try lint("", "2025.1", as: "linuxbridge_agent.ini") }
        #expect(error?.hint == "it is there from havana to 2024.2")
        #expect(throws: OptionProblem.self) { try lint("", "zed", as: "nowa.conf") }
    }

    @Test(
        "reads Neutron's files with the options of neutron.conf, in legacy releases as well",
        arguments: ["kilo", "zed"])
    func neutron(_ release: String) throws {
        let text = "[DEFAULT]\nverbos = 1\ncore_plugin = ml2\n[ml2]\ntype_drivers = flat\n"
        #expect(try lint(text, release, as: "ml2_conf.ini").points.map(\.option) == ["verbos"])
    }
}
