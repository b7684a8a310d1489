import Topology

/// What nova-compute of a vSphere cluster finds out only when it runs.
extension ServiceSettings {
    /// nova/virt/vmwareapi/driver.py: "Must specify host_ip, host_username and host_password"; without a cluster the
    /// driver finds none and stops.
    func vmwareLogin() -> [CrossFinding] {
        guard isVMware, let driver = last("DEFAULT", "compute_driver") else { return [] }
        let isSingleHost = driver.values.last?.hasSuffix("ESXDriver") == true
        let needed = ["host_ip", "host_username", "host_password"] + (isSingleHost ? [] : ["cluster_name"])
        let missing = needed.filter { (value("vmware", $0) ?? "").isEmpty }
        guard !missing.isEmpty else { return [] }
        return [
            driver.finding(
                .contradiction, "the VMware driver needs [vmware] \(missing.joined(separator: ", "))",
                hint: "set them, unless another file of this service does")
        ]
    }

    /// Nova hands both to oslo.vmware (nova/virt/vmwareapi/driver.py, later session.py), whose service.py of 0.11 to 4.9
    /// has `self.verify = cacert if cacert else not insecure`: `ca_file` wins.
    func vmwareTrust() -> [CrossFinding] {
        guard let setting = last("vmware", "insecure"), setting.isTrue else { return [] }
        let name = "[vmware] insecure = \(visible(setting.values.last ?? ""))"
        guard (value("vmware", "ca_file") ?? "").isEmpty else {
            return [
                setting.finding(
                    .doubtful, "\(name) does nothing: the certificate of vCenter is verified by ca_file",
                    hint: "leave insecure out")
            ]
        }
        return [
            setting.finding(
                .doubtful, "\(name): the certificate of vCenter is not verified",
                hint: "set [vmware] ca_file to the authority's certificate")
        ]
    }

    /// Launchpad bug 1382539: nova-compute keeps 512 MB of the cluster for itself, though it runs elsewhere.
    func vmwareMemory() -> [CrossFinding] {
        guard isVMware, let driver = last("DEFAULT", "compute_driver") else { return [] }
        let reserved = last("DEFAULT", "reserved_host_memory_mb")
        guard reserved?.values.last != "0" else { return [] }
        let value = reserved?.values.last ?? "512, its default,"
        return [
            (reserved ?? driver).finding(
                .doubtful, "[DEFAULT] reserved_host_memory_mb is \(value) and takes memory from the cluster",
                hint: "write reserved_host_memory_mb = 0: nova-compute does not run on the cluster's hosts")
        ]
    }

    /// nova/virt/vmwareapi/driver.py of 20.6.1 to 31.0.0: `_validate_configuration` raises PbmDefaultPolicyUnspecified,
    /// and drops `datastore_regex` with a warning. Without `pbm_wsdl_location` Nova takes the WSDL of oslo.vmware.
    func vmwareStoragePolicy() -> [CrossFinding] {
        guard isVMware, let enabled = last("vmware", "pbm_enabled"), enabled.isTrue else { return [] }
        var found: [CrossFinding] = []
        if (value("vmware", "pbm_default_policy") ?? "").isEmpty {
            found.append(
                enabled.finding(
                    .contradiction, "[vmware] pbm_enabled needs pbm_default_policy, and nova-compute stops without it",
                    hint: "set [vmware] pbm_default_policy to a storage policy of the vCenter, or leave pbm_enabled out"
                ))
        }
        if let regex = last("vmware", "datastore_regex"), regex.values.last?.isEmpty == false {
            found.append(
                regex.finding(
                    .doubtful, "[vmware] datastore_regex does nothing where pbm_enabled is on: the policy decides",
                    hint: "leave datastore_regex out, or pbm_enabled"))
        }
        return found
    }

    /// nova/virt/vmwareapi/vm_util.py gives each machine a port from `vnc_port` on, `vnc_port_total` in all.
    func vmwarePorts() -> [CrossFinding] {
        let first = last("vmware", "vnc_port"), total = last("vmware", "vnc_port_total")
        guard let setting = total ?? first,
            let start = Int(first?.values.last ?? "5900"), let count = Int(total?.values.last ?? "10000")
        else { return [] }
        if count < 1 {
            return [setting.finding(.contradiction, "[vmware] vnc_port_total leaves no port at all", hint: nil)]
        }
        let (end, isTooBig) = start.addingReportingOverflow(count - 1)
        guard isTooBig || end > 65535 else { return [] }
        return [
            setting.finding(
                .contradiction, "[vmware] vnc_port \(start) and vnc_port_total \(count) go past the last port, 65535",
                hint: "write vnc_port_total = \(max(1, 65536 - start)) or less")
        ]
    }

    /// Nova compiles the expression when it starts, and matches it from a datastore's first letter on; with none that
    /// matches, the cluster has no disk and no instance comes there (`ValueError` in each inventory period).
    func datastoreRegex() -> [CrossFinding] {
        settings.filter { ["datastore_regex", "vmware_datastore_regex"].contains($0.option) }.compactMap { setting in
            guard let value = setting.values.last, TemplateReference.all(in: value).isEmpty else { return nil }
            let pattern = TemplateReference.unescaped(value)
            if let problem = PythonRegex.problem(in: pattern) {
                return setting.finding(
                    .contradiction, "\(setting.name): “\(visible(value))” is no regular expression: \(problem)",
                    hint: "nova-compute stops at it; check it with Python's re")
            }
            guard let reason = PythonRegex.reasonNotToMatch(pattern) else { return nil }
            return setting.finding(
                .contradiction, "\(setting.name): “\(visible(value))” can match no name: \(reason)",
                hint: "write it as re.match takes it, e.g. ^shared-.*")
        }
    }
}

extension OptionSetting {
    /// What oslo.config takes for true.
    var isTrue: Bool { ["true", "1", "on", "yes"].contains(values.last?.lowercased() ?? "") }
}
