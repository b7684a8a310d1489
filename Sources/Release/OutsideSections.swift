import Topology

/// Sections of plugins from outside of the projects' trees: they register their own options, which no catalogue has.
public struct OutsideSections: Sendable {
    private let catalog: OptionCatalog
    /// Project → why its unknown sections are not judged.
    private var reasons: [String: String] = [:]
    /// Cinder's backends whose driver is from outside.
    private var backends: Set<String> = []
    /// Project → options that are set and name plugins.
    private var named: [String: Set<String>] = [:]

    init(_ settings: [OptionSetting], catalog: OptionCatalog) throws(CatalogError) {
        self.catalog = catalog
        let code = try catalog.code()
        for setting in settings {
            guard let project = setting.project else { continue }
            named[project, default: []].insert(setting.option)
            guard let outside = Self.outside(setting, code) else { continue }
            if setting.option == "volume_driver" { backends.insert(setting.section) }
            if reasons[project] == nil { reasons[project] = outside }
        }
    }

    /// Why a problem of an unknown name is none that anybody could judge; nil when it is one.
    public func reason(_ problem: OptionProblem, _ setting: OptionSetting) throws(CatalogError) -> String? {
        guard problem.kind.isUnread, let project = setting.project, let options = try catalog.options(of: setting.file)
        else { return nil }
        let name = "[\(visible(setting.section))]"
        if options.canonical(setting) != nil {
            guard backends.contains(setting.section) else { return nil }
            return "\(name) has options of no driver of \(project); not judged, as volume_driver names one from outside"
        }
        // What other releases have there is known.
        if case .notYet = problem.kind { return nil }
        if case .removed = problem.kind, project != "Neutron" { return nil }
        if let outside = reasons[project] {
            let own = try catalog.sections(of: project)
            let isNear = !nearest(to: setting.section, among: own, atMost: 1, within: 2).isEmpty
            guard !isNear || Self.owner(setting.section) != nil else { return nil }
            return "\(name) is of no part of \(project); not judged, as \(outside)"
        }
        guard project == "Neutron", let owner = Self.owner(setting.section),
            !owner.options.contains(where: { named[project]?.contains($0) == true })
        else { return nil }
        return "\(name) is of \(owner.package), which is no part of Neutron; not judged"
    }

    /// What a setting says of a plugin from outside.
    private static func outside(_ setting: OptionSetting, _ code: ReleaseCode) -> String? {
        let values = setting.values.map(Remark.stripped)
        if ["volume_driver", "compute_driver"].contains(setting.option) {
            return values.contains { isOutside(driver: $0, code) }
                ? "\(setting.option) names a driver from outside" : nil
        }
        guard let rule = NamedCode.all.first(where: { $0.applies(to: setting) }), rule.bringsSections else {
            return nil
        }
        let found = values.flatMap(rule.members).first {
            code.judge($0, of: rule) == .outside && !NamedCode.neverOutside.contains($0) && !code.isToCome($0, rule)
        }
        return found.map { name in
            rule.isList
                ? "\(setting.option) has \(visible(name)), which is outside the tree"
                : "\(setting.option) names a plugin from outside"
        }
    }

    /// Drivers by their path; that of nova-compute is below nova.virt, or anywhere in old releases.
    private static func isOutside(driver path: String, _ code: ReleaseCode) -> Bool {
        guard path.contains("."), !path.contains("$") else { return false }
        let full = ["nova.", "cinder."].contains(where: path.hasPrefix) ? path : "nova.virt.\(path)"
        return code.judge(path: path) == .outside && code.judge(path: full) == .outside
    }

    private struct Owner {
        var sections: [String]
        var package: String
        /// Where it would be named: when none of these is in the file, another file may have it.
        var options: [String]
    }

    private static func owner(_ section: String) -> Owner? {
        let asked = section.lowercased()
        return owners.first { $0.sections.contains { $0 == asked || ($0.hasSuffix(":") && asked.hasPrefix($0)) } }
    }

    /// Sections by which plugins of Neutron are known, by the packages' own configuration.
    private static let owners = [
        Owner(
            sections: ["dvs", "nsx", "nsxv", "nsx_v3", "nsx_p", "nsx_tvd"], package: "vmware-nsx",
            options: ["core_plugin"]),
        Owner(
            sections: ["ml2_vmware", "ovsvapp", "ovsvapp_agent", "vmware"], package: "networking-vsphere",
            options: ["mechanism_drivers"]),
        Owner(sections: ["ml2_odl"], package: "networking-odl", options: ["mechanism_drivers"]),
        Owner(
            sections: ["ml2_cisco", "ml2_cisco_apic", "ml2_cisco_ucsm", "ml2_mech_cisco_nexus:", "apic", "opflex"],
            package: "networking-cisco or apic-ml2", options: ["mechanism_drivers"]),
        Owner(sections: ["ml2_arista", "l3_arista"], package: "networking-arista", options: ["mechanism_drivers"]),
        Owner(
            sections: ["ml2_brocade", "ml2_mlnx", "eswitch"], package: "a vendor's driver",
            options: ["mechanism_drivers"]),
        Owner(
            sections: ["genericswitch:", "ngs"], package: "networking-generic-switch", options: ["mechanism_drivers"]),
        Owner(sections: ["midonet"], package: "networking-midonet", options: ["core_plugin"]),
        Owner(sections: ["calico"], package: "networking-calico", options: ["core_plugin", "mechanism_drivers"]),
        Owner(sections: ["restproxy", "plumgriddirector"], package: "a vendor's plugin", options: ["core_plugin"]),
        Owner(sections: ["fwaas"], package: "neutron-fwaas", options: ["service_plugins"]),
        Owner(sections: ["vpnagent", "ipsec"], package: "neutron-vpnaas", options: ["service_plugins"]),
        Owner(
            sections: ["haproxy", "octavia", "certificates"], package: "neutron-lbaas", options: ["service_plugins"]),
        Owner(sections: ["bgpvpn", "bagpipe"], package: "networking-bgpvpn", options: ["service_plugins"]),
        Owner(sections: ["sfc", "flowclassifier"], package: "networking-sfc", options: ["service_plugins"]),
        Owner(sections: ["taas", "taas_agent"], package: "tap-as-a-service", options: ["service_plugins"]),
    ]
}

extension ReleaseCode {
    /// Whether a name comes with a later release. OVN alone was a package of its own before.
    func isToCome(_ name: String, _ rule: NamedCode) -> Bool {
        guard case .toCome = standing(names.releases(":" + rule.group, name)) else { return false }
        return !name.hasPrefix("ovn")
    }
}

extension OptionCatalog {
    /// The sections of all files of a project.
    func sections(of project: String) throws(CatalogError) -> Set<String> {
        var found: Set<String> = []
        for name in ConfigFile.names {
            let setting = OptionSetting(file: name, section: "DEFAULT", option: "", values: [])
            guard setting.project == project else { continue }
            found.formUnion(try options(of: name)?.sections ?? [])
        }
        return found
    }

    /// Which sections of these settings, all of one node, are of plugins from outside.
    public func outside(_ settings: [OptionSetting]) throws(CatalogError) -> OutsideSections {
        try OutsideSections(settings, catalog: self)
    }
}

extension NamedCode {
    /// Whether what it names may register options.
    var bringsSections: Bool { group.hasPrefix("neutron.") }

    /// What left Neutron and went nowhere.
    static let neverOutside: Set = ["linuxbridge"]
}

extension OptionSetting {
    /// The project whose services read the file, as people call it.
    var project: String? {
        guard let file = ConfigFile(file) else { return nil }
        let known = ["nova": "Nova", "cinder": "Cinder", "glance": "Glance", "keystone": "Keystone"]
        if let project = known.first(where: { file.component.hasPrefix($0.key) })?.value { return project }
        return file.component == "neutron" || file.alsoRead.contains("neutron") ? "Neutron" : nil
    }
}
