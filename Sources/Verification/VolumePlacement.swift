import OpenStack

/// Where a volume has to be for a hypervisor to attach it. Clouds with libvirt and VMware have a backend for each, and a
/// volume type that leads there.
enum VolumePlacement: Sendable, Equatable {
    /// Of a type by its name; nil is the default one.
    case ofType(String?)
    /// Cinder has no backend for this hypervisor; what it has instead.
    case nowhere(String)
    /// There is a backend, and no type that leads to it alone.
    case byChance(String)

    /// - Parameters:
    ///   - pools: none where they may not be seen.
    ///   - standard: the name of the type of volumes for which none is named.
    static func choose(
        for driver: Subject.Driver, among pools: [VolumePool], types: [VolumeType], standard: String?
    ) -> VolumePlacement {
        let usable = pools.filter { driver.attaches($0) }
        if usable.count == pools.count { return .ofType(nil) }
        let others = pools.filter { !driver.attaches($0) }.map(\.title).joined(separator: ", ")
        guard !usable.isEmpty else { return .nowhere(others) }
        let fitting = types.filter { type in
            let led = pools.filter(type.leads)
            return !led.isEmpty && led.allSatisfy(driver.attaches)
        }.map(\.name).sorted()
        if let standard, fitting.contains(standard) { return .ofType(nil) }
        guard let first = fitting.first else {
            return .byChance(
                "no volume type leads to \(usable.map(\.title).joined(separator: ", ")) alone, so volumes may come to "
                    + "\(others), which \(driver.title) does not attach; make a type with its volume_backend_name")
        }
        return .ofType(first)
    }
}

extension VolumePool {
    /// `controller@ceph#ceph (ceph)`
    fileprivate var title: String {
        let kind = capabilities["storage_protocol"]?.first.map { " (\($0))" } ?? ""
        return name + kind
    }
}

extension VolumeType {
    /// Whether volumes of the type may come to a pool, as far as the backend's name, its protocol and its vendor say. Cinder
    /// compares as `scheduler/filters/extra_specs_ops.py` does; other specs only narrow that further.
    fileprivate func leads(to pool: VolumePool) -> Bool {
        ["volume_backend_name", "storage_protocol", "vendor_name"].allSatisfy { key in
            guard let wanted = extraSpecs?[key] ?? extraSpecs?["capabilities:\(key)"] else { return true }
            let value = ["s== ", "<in> "].first { wanted.hasPrefix($0) }.map { String(wanted.dropFirst($0.count)) }
            return pool.capabilities[key]?.contains(value ?? wanted) == true
        }
    }
}

extension Subject.Driver {
    /// Whether Nova's driver attaches volumes of a pool, by their protocol: that of VMware those in `attach_volume` of
    /// `nova/virt/vmwareapi/volumeops.py`, that of libvirt all but the two that only vSphere knows.
    fileprivate func attaches(_ pool: VolumePool) -> Bool {
        guard let protocols = pool.capabilities["storage_protocol"]?.map({ $0.lowercased() }) else { return true }
        let isOfVSphere = !Set(protocols).isDisjoint(with: ["vmdk", "vstorageobject"])
        return switch self {
        case .cluster: isOfVSphere || protocols.contains("iscsi")
        case .host(let kind) where kind.isLibvirt: !isOfVSphere
        case .host, .other: true
        }
    }
}
