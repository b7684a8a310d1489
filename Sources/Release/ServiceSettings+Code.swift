import Topology

/// Values that name code which the release has not: a slip of the finger, or a class that went.
extension ServiceSettings {
    /// Options that name entry points.
    func namedCode() -> [CrossFinding] {
        settings.filter { !isRefused($0) }.flatMap { setting in
            NamedCode.all.filter { $0.applies(to: setting) && isAsked($0, setting) }.prefix(1).flatMap { named in
                setting.values.flatMap { named.members(of: Remark.stripped($0)) }.compactMap { member in
                    finding(member, setting, named)
                }
            }
        }
    }

    /// The server reads ml2_conf.ini too, and its own driver for security groups is no matter there before OVN.
    private func isAsked(_ named: NamedCode, _ setting: OptionSetting) -> Bool {
        // What mechanismDrivers() says better.
        !(named.option == "mechanism_drivers" && !mechanismDrivers().isEmpty)
    }

    private func finding(_ member: String, _ setting: OptionSetting, _ named: NamedCode) -> CrossFinding? {
        switch code.judge(member, of: named) {
        case .known, .outside: return nil
        case .near(let other):
            return setting.finding(
                .doubtful,
                "\(setting.name): \(catalog.release) has no \(named.word) \(visible(member)), and \(named.consequence)"
                    + " unless a package from outside brings it", hint: "did you mean \(other)?")
        case .missing(let hint):
            return setting.finding(
                .contradiction,
                "\(setting.name): \(catalog.release) has no \(named.word) \(visible(member)), and \(named.consequence)",
                hint: hint)
        }
    }

    /// Classes by their path in any option: drivers of Cinder's backends, managers, schedulers. Those that other rules
    /// look at are left to them.
    func ownClasses() -> [CrossFinding] {
        settings.filter { !isRefused($0) && !Self.haveRules.contains($0.option) }.flatMap { setting in
            if NamedCode.all.contains(where: { $0.applies(to: setting) }) { return [CrossFinding]() }
            return setting.values.flatMap { Remark.stripped($0).split(separator: ",") }
                .map { $0.trimming(\.isPythonSpace) }.filter(Self.isClass).compactMap { ownClass($0, setting) }
        }
    }

    private static let haveRules: Set = ["compute_driver", "backup_driver"]

    private static func isClass(_ text: String) -> Bool {
        text.wholeMatch(of: /(nova|neutron|cinder|keystone|glance)[a-z]?\.[A-Za-z0-9_.]+\.[A-Z][A-Za-z0-9_]*/) != nil
    }

    private func ownClass(_ path: String, _ setting: OptionSetting) -> CrossFinding? {
        let what = "\(setting.name): \(catalog.release) has no class \(visible(path))"
        switch code.judge(path: path) {
        case .known, .outside: return nil
        case .near(let other): return setting.finding(.doubtful, what, hint: "did you mean \(other)?")
        case .missing(let hint):
            // volumeDriver() says it better.
            guard !path.hasSuffix("VMwareEsxVmdkDriver") else { return nil }
            return setting.finding(.contradiction, what + ", and the service cannot load it", hint: hint)
        }
    }

    /// Nova 14.0.0 and later import `nova.virt.` + the value, and nova-compute ends when that fails; up to 13.0.0
    /// (`import_object_ns`) both spellings and any module were fine.
    func computeDriverClass(_ setting: OptionSetting, _ value: String) -> [CrossFinding] {
        guard setting.isOfNova, !value.isEmpty, !value.contains("$"), code.isRead else { return [] }
        let prefix = "nova.virt."
        let isOld = catalog.record.era == .legacy
        let short = value.hasPrefix(prefix) ? String(value.dropFirst(prefix.count)) : value
        if value.hasPrefix(prefix), !isOld {
            let isThere = code.standing(ofClass: value) == .here
            return [
                driverFinding(
                    setting, value, ": Nova puts nova.virt. before it",
                    hint: isThere ? "write \(short)" : nearestDriver(short).map { "did you mean \($0)?" })
            ]
        }
        switch code.standing(ofClass: prefix + short) {
        case .here: return []
        case .gone(let last):
            return [
                driverFinding(setting, value, "", hint: "\(Release.name(at: last)) was the last release with it")
            ]
        case .toCome(let first):
            return [driverFinding(setting, value, "", hint: "it comes with \(Release.name(at: first))")]
        case .nowhere: break
        }
        let module = prefix + (short.split(separator: ".").dropLast().joined(separator: "."))
        if let nearest = code.has(module: module) ? nearestDriver(short) : code.near(short, among: drivers) {
            return [driverFinding(setting, value, "", hint: "did you mean \(nearest)?")]
        }
        return code.has(module: module) ? [driverFinding(setting, value, "", hint: nil)] : []
    }

    private func driverFinding(
        _ setting: OptionSetting, _ value: String, _ why: String, hint: String?
    ) -> CrossFinding {
        setting.finding(
            .contradiction,
            "\(setting.name): \(catalog.release) has no driver \(visible(value))\(why), and nova-compute stops",
            hint: hint)
    }

    /// Those of nova.virt in the form that Nova's documentation has.
    private var drivers: [String] {
        code.names.modules(below: "nova.virt", of: code.place).filter { $0.split(separator: ".").count == 3 }.flatMap {
            module in
            code.names.names(in: module, of: code.place).filter { $0.hasSuffix("Driver") }.map {
                "\(module.dropFirst("nova.virt.".count)).\($0)"
            }
        }.sorted()
    }

    private func nearestDriver(_ short: String) -> String? { nearest(to: short, among: drivers) }

    /// A filter that is not there; with filters of the cloud's own, only what is near to one of Nova's.
    func unknownFilter(_ filter: String, _ setting: OptionSetting) -> CrossFinding? {
        guard !filter.isEmpty, !filter.contains("$"), !filter.contains(".") else { return nil }
        let modules = code.names.modules(below: "nova.scheduler.filters", of: code.place)
        let known = Set(modules.flatMap { code.names.names(in: $0, of: code.place) }).filter { $0.hasSuffix("Filter") }
        guard !known.isEmpty, !known.contains(filter) else { return nil }
        let near = code.near(filter, among: known.sorted())
        guard near != nil || !hasOwnFilters else { return nil }
        return setting.finding(
            near != nil && hasOwnFilters ? .doubtful : .contradiction,
            "\(setting.name): \(catalog.release) has no filter \(visible(filter)), and nova-scheduler stops at it",
            hint: (near ?? nearest(to: filter, among: known.sorted())).map { "did you mean \($0)?" }
                ?? "a filter of your own has to be named in available_filters too")
    }

    private var hasOwnFilters: Bool {
        let places = [("filter_scheduler", "available_filters"), ("DEFAULT", "scheduler_available_filters")]
        return places.contains { place in
            last(place.0, place.1)?.values.contains { $0 != "nova.scheduler.filters.all_filters" } == true
        }
    }

    /// cinder/backup/manager.py imports a class; the module alone was enough until Cinder took that out.
    func backupDriver() -> [CrossFinding] {
        guard let setting = last("DEFAULT", "backup_driver"), ConfigFile(setting.file)?.name == "cinder.conf",
            let value = setting.values.last.map(Remark.stripped), !value.contains("$")
        else { return [] }
        if isSince("train"), code.has(module: value) {
            let driver = code.names.names(in: value, of: code.place).first { $0.hasSuffix("BackupDriver") }
            return [
                setting.finding(
                    .contradiction, "\(setting.name): \(value) is a module, and cinder-backup wants the class in it",
                    hint: driver.map { "write \(value).\($0)" })
            ]
        }
        return ownClass(value, setting).map { [$0] } ?? []
    }

    /// keystone/auth/core.py loads `default` of the group keystone.auth.METHOD, or what `[auth] METHOD` names.
    func authMethods() -> [CrossFinding] {
        guard let setting = last("auth", "methods"), ConfigFile(setting.file)?.name == "keystone.conf" else {
            return []
        }
        let known = Self.methods.filter { code.has(group: "keystone.auth.\($0)") }
        guard !known.isEmpty else { return [] }
        let asked = (setting.values.last.map(Remark.stripped) ?? "").split(separator: ",")
        return asked.map { $0.trimming(\.isPythonSpace) }.compactMap { method in
            guard !known.contains(method), !given.contains(where: { $0.isIn("auth", method) }),
                let near = code.near(method, among: known)
            else { return nil }
            return setting.finding(
                .doubtful,
                "\(setting.name): \(catalog.release) has no auth method \(visible(method)), and Keystone stops unless a"
                    + " package from outside brings it", hint: "did you mean \(near)?")
        }
    }

    private static let methods = [
        "application_credential", "external", "kerberos", "mapped", "oauth1", "openid", "password", "saml2", "token",
        "totp", "x509",
    ]

    /// oslo_messaging/transport.py loads the driver that the scheme names, up to a `+`.
    func messagingTransport() -> [CrossFinding] {
        let group = "oslo.messaging.drivers"
        guard code.has(group: group) else { return [] }
        return settings.filter { $0.option == "transport_url" || $0.option == "rpc_backend" }.compactMap { setting in
            guard let value = setting.values.last, !value.contains("$"), !isRefused(setting) else { return nil }
            let isURL = setting.option == "transport_url"
            guard
                let name = isURL
                    ? value.firstMatch(of: /^([A-Za-z0-9_]+)(\+[^:]*)?:\/\//).map({ String($0.1) }) : value,
                !name.isEmpty, !name.contains("."), !code.has(point: name, of: group)
            else { return nil }
            let points = code.points(of: group)
            let near =
                NamedCode.shortNames[name].flatMap { points.contains($0) ? $0 : nil } ?? code.near(name, among: points)
            if case .gone(let last) = code.standing(code.names.releases(":" + group, name)) {
                return setting.finding(
                    .contradiction,
                    "\(setting.name): oslo.messaging of \(catalog.release) has no driver \(visible(name))",
                    hint: "\(Release.name(at: last)) was the last release with it")
            }
            return near.map {
                setting.finding(
                    .doubtful, "\(setting.name): oslo.messaging of \(catalog.release) has no driver \(visible(name))",
                    hint: "did you mean \($0)?")
            }
        }
    }
}
