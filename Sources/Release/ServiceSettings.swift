import Topology

/// Everything that one service reads, as rules over several options look at it.
struct ServiceSettings {
    /// Those that the release reads.
    let settings: [OptionSetting]
    /// All of them.
    let given: [OptionSetting]
    let catalog: OptionCatalog
    /// What the release has of code.
    let code: ReleaseCode
    private let options: FileOptions?
    /// The settings whose value the catalogue refuses already.
    private let refused: Set<OptionName>

    init(_ settings: [OptionSetting], catalog: OptionCatalog) throws(CatalogError) {
        var read: [OptionSetting] = []
        var refused = Set<OptionName>()
        for setting in settings {
            let problems = try catalog.check(setting)
            if !problems.contains(where: { $0.kind.isUnread }) { read.append(setting) }
            if problems.contains(where: { $0.kind.verdict == .refused }) { refused.insert(setting.place) }
        }
        self.settings = read
        self.refused = refused
        code = try catalog.code()
        given = settings
        self.catalog = catalog
        options = try settings.first.map { $0.file }.flatMap { file throws(CatalogError) in
            try catalog.options(of: file)
        }
    }

    /// The rules, without those that need the catalogue's options.
    static let rules: [@Sendable (ServiceSettings) -> [CrossFinding]] = [
        { $0.computeDriver() }, { $0.vmwareLogin() }, { $0.vmwareTrust() }, { $0.vmwareMemory() },
        { $0.vmwareStoragePolicy() }, { $0.vmwarePorts() }, { $0.datastoreRegex() }, { $0.cpuModel() },
        { $0.filters() }, { $0.volumeDriver() },
        { $0.mechanismDrivers() }, { $0.backendSections() },
        { $0.namedCode() }, { $0.ownClasses() }, { $0.backupDriver() }, { $0.authMethods() },
        { $0.messagingTransport() }, { $0.datastoreStore() }, { $0.datastoreStoreTrust() },
        { $0.remarks() }, { $0.passwordsInURLs() }, { $0.knownDefects() },
    ]

    /// Whether the catalogue refuses the value already: more would be said of the same.
    func isRefused(_ setting: OptionSetting) -> Bool { refused.contains(setting.place) }

    /// The setting that counts, the last one, of an option.
    func last(_ section: String, _ option: String) -> OptionSetting? {
        settings.last { $0.isIn(section, option) }
    }

    func value(_ section: String, _ option: String) -> String? { last(section, option)?.values.last }

    /// Whether this release is one of `first` and those after it.
    func isSince(_ first: String) -> Bool {
        guard let place = ReleaseOrder.place(of: first) else { return false }
        return catalog.place >= place
    }

    /// Whether `compute_driver` is a driver for vSphere.
    var isVMware: Bool { value("DEFAULT", "compute_driver")?.contains("vmwareapi.") == true }
}

extension ServiceSettings {
    /// oslo.config ends the service when it reads a value that refers to an option which is not there (Launchpad bug
    /// 1436083); groups are found by their exact name there, and DEFAULT is none.
    func brokenReferences() throws(CatalogError) -> [CrossFinding] {
        guard let options else { return [] }
        var found: [CrossFinding] = []
        for setting in settings {
            let references = setting.values.flatMap(TemplateReference.all)
            guard !references.isEmpty else { continue }
            let section = options.canonical(setting)
            let facts = try section.flatMap { name throws(CatalogError) in
                try options.facts(name, setting.option, authType: setting.authType)
            }
            let isSecret = facts?.isSecret ?? setting.option.contains("password")
            var isBroken = false
            for reference in references where !isBroken {
                isBroken = try !resolves(reference, from: section ?? setting.section, options)
                if isBroken { found.append(broken(reference, in: setting, isSecret: isSecret)) }
            }
            if isSecret, !isBroken { found.append(replaced(setting)) }
        }
        return found
    }

    private func resolves(
        _ reference: TemplateReference, from section: String, _ options: FileOptions
    ) throws(CatalogError) -> Bool {
        if ["config_file", "config_dir"].contains(reference.option), reference.section == nil { return true }
        if let group = reference.section {
            guard group != "DEFAULT" else { return false }
            return try options.facts(group, reference.option, authType: nil) != nil
        }
        for home in [section, "DEFAULT"] where try options.facts(home, reference.option, authType: nil) != nil {
            return true
        }
        return false
    }

    private func broken(_ reference: TemplateReference, in setting: OptionSetting, isSecret: Bool) -> CrossFinding {
        let name = (reference.section.map { "\($0)." } ?? "") + reference.option
        let what = isSecret ? "a part of its value after a $" : "$\(name)"
        return setting.finding(
            .contradiction,
            "\(setting.name): \(what) names no option of \(catalog.release), and the service stops when it reads it",
            hint: "write $$ for a dollar sign")
    }

    private func replaced(_ setting: OptionSetting) -> CrossFinding {
        setting.finding(
            .doubtful, "\(setting.name): a part of its value after a $ is replaced by another option's value",
            hint: "write $$ for a dollar sign")
    }
}

extension ServiceSettings {
    /// Nova ends at a class that it cannot import; oslo.config takes any text for `compute_driver`.
    func computeDriver() -> [CrossFinding] {
        guard let setting = last("DEFAULT", "compute_driver"), let value = setting.values.last else { return [] }
        let asked = Self.short(value)
        for kind in HypervisorKind.allCases {
            let (driver, span) = (kind.computeDriver, kind.span)
            guard Self.short(driver) == asked else { continue }
            let isGone = span.until.map(isSince) ?? false
            let isToCome = span.since.map { !isSince($0) } ?? false
            // Xen and UML went from libvirt's driver, which itself is there.
            guard isGone || isToCome, asked != "libvirt.LibvirtDriver" else { break }
            return [
                setting.finding(
                    .contradiction,
                    "\(setting.name): \(catalog.release) has no driver \(visible(value)), and nova-compute stops",
                    hint: isGone ? span.after : span.before)
            ]
        }
        return computeDriverClass(setting, Remark.stripped(value))
    }

    /// `libvirt.LibvirtDriver` and `nova.virt.libvirt.LibvirtDriver` are meant to be the same.
    private static func short(_ driver: String) -> String {
        let prefix = "nova.virt."
        return (driver.hasPrefix(prefix) ? String(driver.dropFirst(prefix.count)) : driver)
            .replacing("hyperv.driver.", with: "hyperv.")
    }

    /// What nova-scheduler cannot import it stops at: filters that went, by the last release with each, and others.
    func filters() -> [CrossFinding] {
        let places = [("filter_scheduler", "enabled_filters"), ("DEFAULT", "scheduler_default_filters")]
        return places.compactMap { last($0.0, $0.1) }.filter(\.isOfNova).flatMap { setting in
            (setting.values.last ?? "").split(separator: ",").compactMap { name -> CrossFinding? in
                let filter = Remark.stripped(name.trimming(\.isPythonSpace))
                guard let gone = Self.goneFilters[filter], isSince(gone.since) else {
                    return unknownFilter(filter, setting)
                }
                return setting.finding(
                    .contradiction, "\(filter) is gone since \(gone.since), and nova-scheduler stops at it",
                    hint: gone.instead)
            }
        }
    }

    private static let goneFilters = [
        "RetryFilter": (since: "victoria", instead: "leave it out: retries come from Placement's alternatives"),
        "RamFilter": (since: "train", instead: "leave it out: Placement counts the memory"),
        "CoreFilter": (since: "train", instead: "leave it out: Placement counts the CPUs"),
        "DiskFilter": (since: "train", instead: "leave it out: Placement counts the disks"),
        "AvailabilityZoneFilter": (since: "2023.2", instead: "leave it out: Placement knows the zones"),
    ]

    /// nova/virt/libvirt/driver.py refuses these when it makes the first guest.
    func cpuModel() -> [CrossFinding] {
        guard let mode = last("libvirt", "cpu_mode"), let value = mode.values.last else { return [] }
        let type = self.value("libvirt", "virt_type") ?? "kvm"
        if !["kvm", "qemu"].contains(type), value != "none" {
            return [
                mode.finding(
                    .contradiction,
                    "[libvirt] cpu_mode \(visible(value)) is for kvm and qemu, and virt_type is \(visible(type))",
                    hint: "write cpu_mode = none")
            ]
        }
        let models = ["cpu_models", "cpu_model"].compactMap { last("libvirt", $0) }
        if value == "custom", models.isEmpty {
            return [
                mode.finding(
                    .contradiction, "[libvirt] cpu_mode = custom names no model",
                    hint: "set [libvirt] \(isSince("train") ? "cpu_models" : "cpu_model")")
            ]
        }
        guard value != "custom" else { return [] }
        return models.map {
            $0.finding(
                .contradiction, "\($0.name) is set, and cpu_mode is \(visible(value))", hint: "write cpu_mode = custom")
        }
    }

    func volumeDriver() -> [CrossFinding] {
        settings.filter { $0.option == "volume_driver" }.compactMap { setting in
            guard let value = setting.values.last, value.hasSuffix("VMwareEsxVmdkDriver"), isSince("train") else {
                return nil
            }
            return setting.finding(
                .contradiction, "\(setting.name): VMwareEsxVmdkDriver is gone since Mitaka, and cinder-volume stops",
                hint: "write cinder.volume.drivers.vmware.vmdk.VMwareVcVmdkDriver")
        }
    }

    func mechanismDrivers() -> [CrossFinding] {
        guard let setting = last("ml2", "mechanism_drivers"), isSince("2025.1") else { return [] }
        let drivers = (setting.values.last ?? "").split(separator: ",").map { $0.trimming(\.isPythonSpace) }
        guard drivers.contains("linuxbridge") else { return [] }
        return [
            setting.finding(
                .contradiction, "linuxbridge is gone since 2025.1, and neutron-server stops at it",
                hint: "write openvswitch or ovn")
        ]
    }

    /// cinder-volume starts a backend without a section with nothing but defaults.
    func backendSections() -> [CrossFinding] {
        guard let setting = last("DEFAULT", "enabled_backends"), setting.file.hasSuffix("cinder.conf") else {
            return []
        }
        return (setting.values.last ?? "").split(separator: ",").map { $0.trimming(\.isPythonSpace) }
            .filter { name in !name.isEmpty && !given.contains { $0.section == name } }
            .map { name in
                setting.finding(
                    .doubtful,
                    "[DEFAULT] enabled_backends names \(visible(name)), and there is no section [\(visible(name))]",
                    hint: "write the section, or leave the name out")
            }
    }
}
