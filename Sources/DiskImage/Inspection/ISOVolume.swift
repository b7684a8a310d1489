/// An ISO 9660 image: what a CD or DVD holds (ECMA-119), and what starts from it ("El Torito" Bootable CD-ROM Format
/// Specification 1.0).
public struct ISOVolume: Sendable, Equatable, Encodable {
    /// The volume's label.
    public let label: String
    /// What El Torito offers to start; empty: nothing starts from it.
    public let boots: [GuestSystem.Firmware]

    private static let sector: UInt64 = 2048

    /// Looks for a volume descriptor; nil where there is none.
    static func read(_ disk: some DiskSource) throws(DiskImageError) -> ISOVolume? {
        var label: String?
        var boots: [GuestSystem.Firmware] = []
        // The set of descriptors ends with one of type 255; an image has three or four.
        for number: UInt64 in 16..<48 {
            let fields = PaddedBytes(try disk.start(at: number * sector, count: Int(sector)))
            guard fields.starts(with: "CD001", at: 1) else { break }
            switch fields.little(0, as: UInt8.self) {
            case 0 where fields.starts(with: "EL TORITO SPECIFICATION", at: 7):
                boots += try catalog(at: UInt64(fields.little(71, as: UInt32.self)), disk)
            case 1: label = label ?? fields.text(40, 32).trimmed
            case 255: return label.map { ISOVolume(label: $0, boots: boots.unique) }
            default: break
            }
        }
        return label.map { ISOVolume(label: $0, boots: boots.unique) }
    }

    /// A validation entry, the initial entry, and sections of further ones, 32 bytes each.
    private static func catalog(at sector: UInt64, _ disk: some DiskSource) throws(DiskImageError) -> [GuestSystem
        .Firmware]
    {
        let fields = PaddedBytes(try disk.start(at: sector * Self.sector, count: Int(Self.sector)))
        guard fields.little(0, as: UInt8.self) == 1, fields.little(30, as: UInt16.self) == 0xAA55 else { return [] }
        var platform: UInt8 = fields.little(1)
        var boots: [GuestSystem.Firmware] = []
        for offset in stride(from: 32, to: Int(Self.sector), by: 32) {
            switch fields.little(offset, as: UInt8.self) {
            case 0x88: boots += firmware(platform).map { [$0] } ?? []
            case 0x90, 0x91: platform = fields.little(offset + 1)
            default: break
            }
        }
        return boots
    }

    private static func firmware(_ platform: UInt8) -> GuestSystem.Firmware? {
        switch platform {
        case 0: .bios
        case 0xEF: .uefi
        default: nil
        }
    }

    /// What a machine has to have to start it; nil: nothing starts from it.
    var firmware: GuestSystem.Firmware? { boots.count > 1 ? .either : boots.first }
}

extension [GuestSystem.Firmware] {
    fileprivate var unique: Self { Set(self).sorted { one, other in one == .bios && other != .bios } }
}

extension ImageFile {
    /// Whether the file is the content of a CD and nothing around it, as Glance's `iso` is.
    public var isISO: Bool { format == .raw && ((try? ISOVolume.read(self)) ?? nil) != nil }
}
