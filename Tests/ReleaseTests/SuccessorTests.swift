import Foundation
import Testing

@testable import Release

/// What lint says of options that are gone, moved or listed elsewhere: never "leave it out" of what is needed.
@Suite("a successor")
struct SuccessorTests {
    private static func fixture(_ name: String) throws -> Data {
        try Data(
            contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appending(path: "Fixtures/cases/\(name)"))
    }

    private func lint(_ fixture: String, _ release: String) throws -> Lint {
        let file = String(fixture.drop { $0 != "-" }.dropFirst())
        return try Lint(
            Self.fixture(fixture), as: file, path: file, catalog: Release(named: release).catalog)
    }

    private func hint(
        _ file: String, _ section: String, _ option: String, _ release: String, backends: String? = nil
    ) throws -> String? {
        try Release(named: release).catalog.check(
            OptionSetting(file: file, section: section, option: option, values: ["x"], names: .backends(backends))
        ).first?.hint
    }

    @Test("is named for queue, images, network and login of a file of Kilo's days")
    func connections() throws {
        let found = try lint("r05-nova.conf", "zed")
        #expect(found.points.count == 14 && !found.points.contains { $0.hint?.contains("leave it out") == true })
        let starts = [
            "write [DEFAULT] transport_url: rabbit://USER:PASSWORD@HOST", "write [DEFAULT] transport_url: rabbit://",
            "write [DEFAULT] transport_url: rabbit://", "write [DEFAULT] transport_url: rabbit://",
            "write [glance] api_servers: http://HOST:9292; without it Nova takes", "write [neutron] endpoint_override",
            "write [neutron] username: with [neutron] auth_type = password",
            "write [neutron] password: with [neutron] auth_type = password", "write [neutron] auth_url: http://HOST",
            "write [keystone_authtoken] auth_url: http://HOST:5000/v3, with auth_type = password",
            "write [keystone_authtoken] auth_url: http://HOST:5000/v3, with auth_type = password",
            "write [keystone_authtoken] username: with auth_type = password",
            "write [keystone_authtoken] password: with auth_type = password",
            "write [keystone_authtoken] project_name: with auth_type = password",
        ]
        for (point, start) in zip(found.points, starts) {
            #expect(point.hint?.hasPrefix(start) == true, "\(point)")
        }
    }

    @Test("is said of a backend's section too, and is no option of another transport", arguments: ["train", "zed"])
    func backend(_ release: String) throws {
        let found = try lint("r06-cinder.conf", release)
        #expect(found.points.map(\.line) == [6, 7] && found.points.allSatisfy { $0.kind == "removed" })
        #expect(
            found.points.map(\.hint) == [
                "write [lvm] target_protocol, its new name", "write [lvm] target_helper, its new name",
            ])
        #expect(found.points.last?.replacement == OptionName(section: "lvm", option: "target_helper"))
    }

    @Test(
        "is not wanted for what a service reads from another file's list",
        arguments: ["ussuri", "victoria", "wallaby", "xena", "yoga", "zed", "2023.1", "2023.2", "2024.1", "2026.2"])
    func ovn(_ release: String) throws {
        let found = try lint("r08-ml2_conf.ini", release)
        // Since 2026.1 tenant_network_types is an old name.
        #expect(found.points.filter { $0.kind != "renamed" }.isEmpty, "\(found)")
    }

    @Test("leads to no example, and to no section of one vendor")
    func examples() throws {
        let agent = try lint("r15-metadata_agent.ini", "kilo")
        #expect(
            agent.points.map(\.hint) == [
                "write [DEFAULT] admin_user, its name there", "write [DEFAULT] admin_password, its name there",
            ])
        let zed = try lint("r15-metadata_agent.ini", "zed")
        #expect(zed.points.allSatisfy { $0.hint?.hasPrefix("leave it out: the metadata agent asks") == true }, "\(zed)")
        let tunnels = try lint("r15-openvswitch_agent.ini", "kilo")
        #expect(
            tunnels.points.map(\.hint) == [
                "write [agent] tunnel_types: the types where it was True: vxlan, gre or both"
            ])
    }

    /// Each was looked up in the sources or release notes of the release that dropped it.
    @Test(
        "is the right one, also across the releases that are history alone",
        arguments: [
            ("nova.conf", "DEFAULT", "scheduler_default_filters", "zed", "[filter_scheduler] enabled_filters"),
            ("nova.conf", "DEFAULT", "vncserver_listen", "zed", "[vnc] server_listen"),
            ("nova.conf", "DEFAULT", "vncserver_proxyclient_address", "zed", "[vnc] server_proxyclient_address"),
            ("nova.conf", "DEFAULT", "libvirt_type", "2026.2", "[libvirt] virt_type"),
            ("nova.conf", "DEFAULT", "neutron_metadata_proxy_shared_secret", "zed", "[neutron] metadata_proxy_shared"),
            ("nova.conf", "DEFAULT", "glance_api_servers", "train", "[glance] api_servers"),
            ("nova.conf", "neutron", "admin_tenant_name", "train", "[neutron] project_name"),
            ("cinder.conf", "DEFAULT", "rpc_backend", "zed", "[DEFAULT] transport_url"),
            ("glance-api.conf", "DEFAULT", "rabbit_host", "train", "[DEFAULT] transport_url"),
            ("neutron.conf", "DEFAULT", "qpid_hostname", "zed", "[DEFAULT] transport_url"),
            ("neutron.conf", "DEFAULT", "nova_admin_username", "zed", "[nova] username"),
            ("l3_agent.ini", "DEFAULT", "external_network_bridge", "zed", "bridge_mappings"),
            ("openvswitch_agent.ini", "OVS", "tunnel_type", "zed", "[agent] tunnel_types"),
            ("dhcp_agent.ini", "DEFAULT", "dhcp_domain", "zed", "[DEFAULT] dns_domain"),
            ("keystone.conf", "DEFAULT", "crypt_strength", "zed", "[identity] password_hash_rounds"),
            ("glance-api.conf", "DEFAULT", "filesystem_store_datadir", "zed", "[glance_store] filesystem_store"),
            ("cinder.conf", "DEFAULT", "iscsi_helper", "zed", "[DEFAULT] target_helper"),
            ("cinder.conf", "DEFAULT", "iscsi_ip_address", "zed", "[DEFAULT] target_ip_address"),
        ])
    func known(_ file: String, _ section: String, _ option: String, _ release: String, _ expected: String) throws {
        let hint = try hint(file, section, option, release)
        #expect(hint?.contains(expected) == true, "\(hint ?? "none")")
    }

    @Test("is the older name, for an option that comes with a later release")
    func older() throws {
        #expect(try hint("nova.conf", "vnc", "server_listen", "juno")?.contains("[DEFAULT] vncserver_listen") == true)
        #expect(
            try hint("nova.conf", "keystone_authtoken", "username", "juno")
                == "write [keystone_authtoken] admin_user, its name there")
        #expect(
            try hint("cinder.conf", "lvm", "target_helper", "kilo", backends: "lvm")
                == "write [lvm] iscsi_helper, its name there")
    }

    /// Every option of every release in some others: where the table or old names know a successor, it is said, and the
    /// release has what the hint names.
    @Test(
        "is in the release that it is named for, for every option of every other release",
        arguments: ["kilo", "train", "zed", "2026.2"])
    func everyOption(_ release: String) throws {
        let catalog = try Release(named: release).catalog
        var judged = 0
        for name in ConfigFile.names {
            guard let options = try catalog.options(of: name), !options.components.isEmpty else { continue }
            for old in try catalog.history(of: options.file.component).names {
                judged += try judge(old, name, catalog, options) ? 1 : 0
            }
        }
        #expect(judged > 200)
    }

    /// Whether the release has not got the option.
    private func judge(
        _ old: OptionName, _ file: String, _ catalog: OptionCatalog, _ options: FileOptions
    ) throws -> Bool {
        let setting = OptionSetting(file: file, section: old.section, option: old.option, values: [])
        guard let problem = try catalog.check(setting).first, problem.kind.isUnread else { return false }
        let hint = problem.hint ?? "none"
        if let new = problem.replacement, !isGuess(problem) {
            let home = OptionSetting(file: file, section: new.section, option: new.option, values: [])
            let section = try #require(options.canonical(home), "\(release(catalog)) \(file) \(old): \(hint)")
            #expect(try options.facts(section, new.option, authType: nil) != nil, "\(file) \(old): \(hint)")
        }
        #expect(!hint.lowercased().contains("_example]"), "\(file) \(old): \(hint)")
        let steps = try Succession.all.get().steps(from: old, in: options.succeeding)
        if let needed = steps.flatMap(\.successors).first(where: { has($0, options, file) }) {
            #expect(!hint.hasPrefix("leave it out"), "\(release(catalog)) \(file) \(old) → \(needed): \(hint)")
        }
        return true
    }

    private func isGuess(_ problem: OptionProblem) -> Bool { problem.hint?.hasPrefix("did you mean") == true }

    private func release(_ catalog: OptionCatalog) -> String { catalog.release }

    private func has(_ name: OptionName, _ options: FileOptions, _ file: String) -> Bool {
        let home = OptionSetting(file: file, section: name.section, option: name.option, values: [])
        guard let section = options.canonical(home) else { return false }
        return (try? options.facts(section, name.option, authType: nil)) != nil
    }

    @Test("of the table is in some release, with a source, and each line has been an option or is a name of one")
    func table() throws {
        let steps = try Succession.all.get().steps
        #expect(steps.count > 300)
        let files = ConfigFile.names
        for step in steps {
            for successor in step.successors where successor.option != "*" {
                let isThere = try Release.names.contains { release in
                    let catalog = try Release(named: release).catalog
                    return try files.contains { file in
                        guard let options = try catalog.options(of: file),
                            step.component == "*" || options.succeeding.contains(step.component)
                        else { return false }
                        return has(successor, options, file)
                    }
                }
                #expect(isThere, "\(step.component) \(step.section)/\(step.option) → \(successor)")
            }
        }
    }

    @Test("of a damaged table is reported with its line")
    func damaged() {
        let error = #expect(throws: Succession.FormatError.self) { try Succession("# a\nnova\tDEFAULT/a\tb\n") }
        #expect(error?.line == 2)
    }

    @Test("is not missed where a service reads more than its list says")
    func readElsewhere() throws {
        for (file, section, option) in [
            ("neutron.conf", "ovn", "ovn_nb_connection"), ("neutron.conf", "ml2", "type_drivers"),
            ("neutron.conf", "ovs", "bridge_mappings"), ("neutron.conf", "DEFAULT", "interface_driver"),
            ("ml2_conf.ini", "ovs", "bridge_mappings"), ("ml2_conf.ini", "agent", "tunnel_types"),
            ("neutron.conf", "service_providers", "service_provider"), ("neutron.conf", "profiler", "enabled"),
            ("glance-api.conf", "image_import_opts", "image_import_plugins"),
            ("neutron_ovn_metadata_agent.ini", "ovn", "ovn_sb_connection"),
        ] {
            let problems = try Release(named: "zed").catalog.check(
                OptionSetting(file: file, section: section, option: option, values: []))
            #expect(problems.isEmpty, "\(file) [\(section)] \(option): \(problems)")
        }
    }
}
