/// How vSphere's disk adapters are called in three places.
///
/// A descriptor has `ddb.adapterType` of ide, buslogic, lsilogic or legacyESX (Virtual Disk Format 5.0, "The Disk
/// Database"); Nova takes the names of nova/virt/vmwareapi/constants.py, in exactly this case.
public enum VMwareAdapter: String, Sendable, CaseIterable, Encodable {
    case lsiLogic, lsiLogicsas, busLogic, paraVirtual, ide

    /// The adapter that a word means, whatever its case.
    public init?(descriptor word: String) {
        let lower = word.lowercased()
        let aliases = ["lsisas1068": Self.lsiLogicsas, "pvscsi": .paraVirtual, "legacyesx": .busLogic]
        guard let found = Self.allCases.first(where: { $0.rawValue.lowercased() == lower }) ?? aliases[lower] else {
            return nil
        }
        self = found
    }

    /// `hw_disk_bus` and `hw_scsi_model` that say the same (nova/virt/vmwareapi/images.py, `from_image`).
    public var properties: [(String, String)] {
        switch self {
        case .ide: [("hw_disk_bus", "ide")]
        case .lsiLogic: [("hw_disk_bus", "scsi"), ("hw_scsi_model", "lsilogic")]
        case .lsiLogicsas: [("hw_disk_bus", "scsi"), ("hw_scsi_model", "lsisas1068")]
        case .busLogic: [("hw_disk_bus", "scsi"), ("hw_scsi_model", "buslogic")]
        case .paraVirtual: [("hw_disk_bus", "scsi"), ("hw_scsi_model", "vmpvscsi")]
        }
    }
}
