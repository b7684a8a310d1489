/// What Nova makes of an image's properties (nova/objects/image_meta.py): older names are read as current ones, and where
/// both are set, the current one wins.
public struct ImageMeta: Sendable, Equatable {
    /// One property, by its current name, with the name and the value that it was given.
    public struct Property: Sendable, Equatable {
        /// The current name, by which Nova's code asks for it.
        public let name: String
        /// The name that the image has it under in Glance.
        public let givenName: String
        /// The value that the image has in Glance.
        public let givenValue: String

        /// As it is written: "vmware_disktype=thin".
        public var text: String { "\(givenName)=\(givenValue)" }

        /// What Nova makes of the value; nil: it refuses it.
        public var value: String? {
            guard case .words(let words) = PropertyKind.table[name] else { return givenValue }
            return words.value(of: givenValue)
        }
    }

    /// What counts, by the current name.
    public let properties: [String: Property]
    /// What another property keeps from counting, with the one that wins.
    let overridden: [(loser: Property, winner: Property)]
    /// All names and values, as they were given.
    let given: [String: String]

    /// - Parameter given: names and values as they are in Glance.
    public init(_ given: [String: String]) {
        self.given = given
        var older: [String: Property] = [:]
        for (name, value) in given { for found in Self.legacy(name, value) { older[found.name] = found } }
        let current = given.filter { PropertyKind.table[$0.key] != nil }
            .map { Property(name: $0.key, givenName: $0.key, givenValue: $0.value) }
        properties = older.merging(current.map { ($0.name, $0) }) { $1 }
        overridden = current.compactMap { winner in
            guard let loser = older[winner.name], loser.value != winner.value else { return nil }
            return (loser, winner)
        }.sorted { $0.winner.name < $1.winner.name }
    }

    /// The property of a current name that counts; nil: there is none.
    public subscript(name: String) -> Property? { properties[name] }

    /// What the VMware driver takes the file for; nil: a word that it refuses.
    public var diskType: VMwareDiskType? {
        guard let property = self["hw_disk_type"] else { return .withoutProperty }
        return VMwareDiskType(rawValue: property.givenValue)
    }

    /// The adapter on which the VMware driver puts the disk; nil where nothing says it, and Nova takes lsiLogic.
    public var vmwareAdapter: VMwareAdapter? {
        switch self["hw_disk_bus"]?.value {
        case "ide": return .ide
        case "scsi":
            guard let model = self["hw_scsi_model"]?.value else { return nil }
            return VMwareAdapter.allCases.first { $0.properties.contains { $0 == ("hw_scsi_model", model) } }
        default: return nil
        }
    }

    /// The property that says the adapter, for words about it.
    public var adapterProperty: Property? {
        self["hw_disk_bus"]?.value == "scsi" ? self["hw_scsi_model"] : self["hw_disk_bus"]
    }

    /// `_legacy_property_map`, the same from Liberty to 2026.2; the xenapi names, which no driver reads, aside.
    static let legacyNames = [
        "architecture": "hw_architecture", "owner_id": "img_owner_id", "vmware_disktype": "hw_disk_type",
        "vmware_image_version": "img_version", "vmware_ostype": "os_distro",
        "auto_disk_config": "hw_auto_disk_config", "ipxe_boot": "hw_ipxe_boot",
        "vmware_linked_clone": "img_linked_clone", "cache_in_nova": "img_cache_in_nova", "vm_mode": "hw_vm_mode",
        "bittorrent": "img_bittorrent", "bdm_v2": "img_bdm_v2", "root_device_name": "img_root_device_name",
        "hypervisor_version_requires": "img_hv_requested_version", "hypervisor_type": "img_hv_type",
    ]

    /// The current properties that an older name sets.
    private static func legacy(_ name: String, _ value: String) -> [Property] {
        if let current = legacyNames[name] { return [Property(name: current, givenName: name, givenValue: value)] }
        guard name == "vmware_adaptertype", !value.isEmpty else { return [] }
        guard value != "ide" else { return [Property(name: "hw_disk_bus", givenName: name, givenValue: value)] }
        return [
            Property(name: "hw_disk_bus", givenName: name, givenValue: "scsi"),
            Property(name: "hw_scsi_model", givenName: name, givenValue: value),
        ]
    }

    public static func == (one: ImageMeta, other: ImageMeta) -> Bool { one.given == other.given }
}
