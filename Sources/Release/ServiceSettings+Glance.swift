/// What Glance's store for datastores finds out only when it runs.
extension ServiceSettings {
    /// The backends that Glance's `enabled_backends` names, with their types.
    private var backends: [(name: String, type: String)] {
        guard let setting = last("DEFAULT", "enabled_backends"), setting.isOfGlance else { return [] }
        return Remark.stripped(setting.values.last ?? "").split(separator: ",").compactMap { pair in
            let parts = pair.split(separator: ":", maxSplits: 1).map { $0.trimming(\.isPythonSpace) }
            return parts.count == 2 ? (parts[0], parts[1]) : nil
        }
    }

    /// glance_store 1.0.1 to 5.6.0, multi_backend.py: `get_store_from_store_identifier` looks for the scheme `vmware`,
    /// and the store registers `vsphere` (tried with 4.1).
    func datastoreStore() -> [CrossFinding] {
        guard let setting = last("DEFAULT", "enabled_backends") else { return [] }
        let group = "glance_store.drivers"
        return backends.compactMap { backend in
            if backend.type == "vmware" {
                return setting.finding(
                    .contradiction,
                    "\(setting.name): Glance does not find its store for datastores, \(visible(backend.name)):vmware, among"
                        + " several backends",
                    hint: "leave enabled_backends out, and write [glance_store] stores = file,http,vmware")
            }
            guard code.has(group: group), !code.has(point: backend.type, of: group), !backend.type.contains("$") else {
                return nil
            }
            let points = code.points(of: group)
            let short = NamedCode.shortNames[backend.type].flatMap { points.contains($0) ? $0 : nil }
            return (short ?? code.near(backend.type, among: points)).map {
                setting.finding(
                    .doubtful, "\(setting.name): \(catalog.release) has no store of the type \(visible(backend.type))",
                    hint: "did you mean \($0)?")
            }
        }
    }

    /// glance_store/_drivers/vmware_datastore.py, `new_session`: a `vmware_ca_file` wins over `vmware_insecure`.
    func datastoreStoreTrust() -> [CrossFinding] {
        settings.filter { $0.option == "vmware_insecure" && $0.isOfGlance && $0.isTrue }.compactMap { setting in
            guard (value(setting.section, "vmware_ca_file") ?? "").isEmpty else { return nil }
            return setting.finding(
                .doubtful,
                "\(setting.name) = \(visible(setting.values.last ?? "")): the certificate of vCenter is not verified",
                hint: "set [\(visible(setting.section))] vmware_ca_file to the authority's certificate")
        }
    }
}

extension OptionSetting {
    var isOfGlance: Bool { ConfigFile(file)?.name.hasPrefix("glance-") == true }
}
