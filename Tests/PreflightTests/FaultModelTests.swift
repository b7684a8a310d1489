import Access
import Preflight
import Testing
import VCenterSimulator

/// A vCenter with one thing wrong, and what has to be found.
struct FaultModel: Sendable, CustomTestStringConvertible {
    var name: String
    var defects: [[String: String]] = []
    var settings: [String: any Sendable] = [:]
    /// Changes the topology.
    var edit: @Sendable (inout String) -> Void = { _ in }
    var check: String
    var level: Finding.Level
    /// A part of the object's name.
    var object: String

    var testDescription: String { name }

    init(
        _ name: String, _ kind: String, on target: String, _ value: String = "", finds check: String,
        _ level: Finding.Level, at object: String, edit: @escaping @Sendable (inout String) -> Void = { _ in }
    ) {
        self.name = name
        defects = [["kind": kind, "object": target, "value": value]]
        (self.check, self.level, self.object, self.edit) = (check, level, object, edit)
    }

    init(
        _ name: String, settings: [String: any Sendable] = [:], finds check: String, _ level: Finding.Level,
        at object: String, edit: @escaping @Sendable (inout String) -> Void = { _ in }
    ) {
        (self.name, self.settings, self.check, self.level) = (name, settings, check, level)
        (self.object, self.edit) = (object, edit)
    }

    static let all: [FaultModel] = [
        FaultModel("DRS off", "drs-off", on: "cluster_a", finds: "drs", .error, at: "cluster_a"),
        FaultModel("DRS manual", "drs-manual", on: "cluster_a", finds: "drs", .warning, at: "cluster_a"),
        FaultModel("HA off", "ha-off", on: "cluster_a", finds: "ha", .note, at: "cluster_a"),
        FaultModel(
            "a host disconnected", "host-disconnected", on: "127.77.1.52", finds: "hosts-connected", .warning,
            at: "127.77.1.52"),
        FaultModel(
            "a host in maintenance", "host-in-maintenance", on: "127.77.1.52", finds: "hosts-in-service", .warning,
            at: "127.77.1.52"),
        FaultModel(
            "a datastore on only some hosts", "datastore-not-on-host", on: "shared-1", "127.77.1.52",
            finds: "datastore-shared", .warning, at: "shared-1"),
        FaultModel(
            "a full datastore", "datastore-free-bytes", on: "shared-1", "1048576", finds: "datastore-space", .error,
            at: "shared-1"),
        FaultModel(
            "an inaccessible datastore", "datastore-inaccessible", on: "shared-1", finds: "datastore-accessible",
            .error,
            at: "shared-1"),
        FaultModel(
            "a datastore in maintenance", "datastore-in-maintenance", on: "shared-1", finds: "datastore-in-service",
            .error, at: "shared-1"),
        FaultModel(
            "a regex that matches no datastore", finds: "datastore", .error, at: "cluster_a",
            edit: { $0.replace("'^shared-'", with: "'^nfs-'") }),
        FaultModel(
            "a port group missing", finds: "port-group", .error, at: "dvpg-other",
            edit: { $0.replace("port_group: dvpg-provider", with: "port_group: dvpg-other") }),
        FaultModel(
            "a port group missing on one host", "host-without-port-group", on: "127.77.1.52", "dvpg-provider",
            finds: "port-group-hosts", .warning, at: "dvpg-provider"),
        FaultModel(
            "a wrong VLAN", "port-group-vlan", on: "dvpg-provider", "121", finds: "vlan", .error, at: "dvpg-provider"),
        FaultModel(
            "a port group whose name is part of another's",
            settings: ["distributed_port_groups": ["dvpg-provider", "dvpg-provider-2"]], finds: "port-group-name",
            .warning, at: "dvpg-provider"),
        FaultModel("a vCenter too old", settings: ["version": "5.0.0"], finds: "version", .error, at: "vc1"),
        FaultModel("a vCenter nearly too old", settings: ["version": "5.1.0"], finds: "version", .warning, at: "vc1"),
        FaultModel(
            "a session that expires", "session-ends-after", on: "", "1", finds: "login", .error, at: "vc1"),
        FaultModel(
            "a role without a privilege", "privilege-missing", on: "", "Folder.Create", finds: "privileges", .error,
            at: "datacenter “dc1”"),
        FaultModel(
            "a role without a privilege of the whole server", "privilege-missing", on: "", "Extension.Register",
            finds: "privileges", .error, at: "the root folder"),
        FaultModel(
            "a role that does not propagate to a datastore", "privilege-missing", on: "shared-1",
            "Datastore.AllocateSpace", finds: "privileges", .error, at: "datastore “shared-1”"),
        FaultModel(
            "a cluster's name twice", "cluster-twice", on: "cluster_a", "dc2", finds: "cluster", .error, at: "cluster_a"
        ),
        FaultModel(
            "a cluster in another datacenter", finds: "cluster", .error, at: "cluster_a",
            edit: { $0.replace("datacenter: dc1", with: "datacenter: dc2") }),
        FaultModel(
            "no cluster of the name", finds: "cluster", .error, at: "cluster_b",
            edit: { $0.replace("cluster_a: {", with: "cluster_a: { cluster_name: cluster_b,") }),
        FaultModel("a clock that is ahead", "clock-ahead", on: "", "300", finds: "clock", .warning, at: "vc1"),
        FaultModel(
            "a host with an ESXi that has no VNC", "host-version", on: "127.77.1.51", "7.0.3", finds: "consoles", .note,
            at: "cluster_a"),
        FaultModel(
            "a host whose firewall lets no console in", "host-without-firewall-ruleset", on: "127.77.1.52", "gdbserver",
            finds: "esxi-firewall", .warning, at: "127.77.1.52"),
        FaultModel(
            "a host whose firewall lets consoles in from elsewhere", "host-consoles-only-for", on: "127.77.1.52",
            "192.0.2.9", finds: "esxi-firewall", .warning, at: "127.77.1.52"),
        FaultModel(
            "consoles beyond what the hosts' firewall lets in", finds: "esxi-firewall", .warning,
            at: "127.77.1.51, 127.77.1.52, 127.77.1.53",
            edit: { $0 += "\noverrides: { nova.conf: { compute: { vmware: { vnc_port: 10000 } } } }\n" }),
        FaultModel(
            "a flavor that fits no host", finds: "capacity", .warning, at: "huge",
            edit: { $0.replace("disk_gb: 1 }", with: "disk_gb: 1 }\n  huge: { vcpus: 2, ram_mb: 65000, disk_gb: 1 }") }),
        FaultModel(
            "a certificate that is not verified", finds: "certificate-verified", .warning, at: "vc1",
            edit: { $0.trust("insecure: true") }),
    ]
}

extension String {
    mutating func replace(_ old: String, with new: String) {
        self = replacing(old, with: new)
    }

    /// Puts another way to judge the certificate in place of ca_file.
    mutating func trust(_ way: String) {
        self = split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.contains("ca_file:") ? "    \(way)" : String($0) }.joined(separator: "\n")
    }
}

@Suite("A vCenter with one fault", .needsSimulator)
struct FaultModelTests {
    @Test("gives its one finding and no other", arguments: FaultModel.all)
    func one(_ model: FaultModel) async throws {
        var settings = model.settings
        if !model.defects.isEmpty { settings["defects"] = model.defects }
        try await VCenter.run(settings) { vcenter in
            let found = try await vcenter.findings(try vcenter.lab(model.edit))
            #expect(found.count == 1, "\(found)")
            let only = try #require(found.first)
            #expect((only.check, only.level) == (model.check, model.level), "\(only)")
            #expect(only.object.contains(model.object), "\(only)")
            // What is only advice stops nothing.
            let weight = Check.all.first { $0.name == only.check }?.weight
            #expect(only.level != .error || weight == .proof, "\(only)")
        }
    }

    @Test("and none where all is well")
    func healthy() async throws {
        try await VCenter.run { vcenter in
            let report = try await vcenter.preflight(try vcenter.lab()).run()
            #expect(report.findings.isEmpty, "\(report.text())")
            #expect(report.exitCode == 0)
            let passed = report.results.filter { if case .passed = $0.outcome { true } else { false } }
            #expect(passed.count == report.results.count)
            #expect(report.results.count > 20)
        }
    }

    @Test("finds the wrong password, and does not show it")
    func wrongPassword() async throws {
        try await VCenter.run { vcenter in
            let report = try await vcenter.preflight(try vcenter.lab(), password: "not-the-one").run()
            #expect(report.findings.map(\.result.check) == ["login"])
            #expect(report.exitCode == 1)
            #expect(!report.text().contains("not-the-one"))
            #expect(!String(decoding: try report.json(), as: UTF8.self).contains("not-the-one"))
        }
    }

    @Test("finds that nothing listens")
    func nothing() async throws {
        try await VCenter.run { vcenter in
            let found = try await vcenter.findings(
                try vcenter.lab { $0.replace("port: \(vcenter.port)", with: "port: 9") })
            #expect(found.map(\.check) == ["reachable"])
        }
    }

    @Test("takes strange names as they are", arguments: ["Cluster & <a> b", "集群 一", "a \"b\" 'c'", "$x `y`"])
    func names(_ name: String) async throws {
        let settings: [String: any Sendable] = [
            "clusters": [["name": name, "hosts": ["127.77.2.51", "127.77.2.52"]] as [String: any Sendable]],
            "datacenter": "dc & <1> 数据", "shared_datastores": ["shared-& <1> 存储 a"],
            "distributed_port_groups": ["pg & <1> 网络"], "vlans": ["pg & <1> 网络": 120],
        ]
        try await VCenter.run(settings) { vcenter in
            let yaml = name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            let lab = try vcenter.lab {
                $0.replace("cluster_a: {", with: "cluster_a: { cluster_name: \"\(yaml)\",")
                $0.replace("datacenter: dc1", with: "datacenter: dc & <1> 数据")
                $0.replace("port_group: dvpg-provider", with: "port_group: 'pg & <1> 网络'")
            }
            let found = try await vcenter.findings(lab)
            #expect(found.isEmpty, "\(found)")
        }
    }

    @Test("tells the stored form of a name that Nova would not find", arguments: ["a/b", "a%2fb", "100%", "a\\b"])
    func storedNames(_ name: String) async throws {
        let stored = name.replacing("%", with: "%25").replacing("/", with: "%2f").replacing("\\", with: "%5c")
        let settings: [String: any Sendable] = [
            "clusters": [["name": name, "hosts": ["127.77.3.51", "127.77.3.52"]] as [String: any Sendable]]
        ]
        try await VCenter.run(settings) { vcenter in
            let wrong = try await vcenter.findings(
                try vcenter.lab { $0.replace("cluster_a: {", with: "cluster_a: { cluster_name: '\(name)',") })
            #expect(wrong.map(\.check) == ["cluster"], "\(wrong)")
            let right = try await vcenter.findings(
                try vcenter.lab { $0.replace("cluster_a: {", with: "cluster_a: { cluster_name: '\(stored)',") })
            #expect(right.isEmpty, "\(right)")
        }
    }
}
