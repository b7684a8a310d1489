/// The smallest ISO 9660 image that offers something to start (ECMA-119; "El Torito" 1.0).
enum ISOFixture {
    /// - Parameter platforms: of the entries of the boot catalogue: 0 a BIOS, 0xEF UEFI.
    static func image(label: String = "INSTALL", platforms: [UInt8] = []) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        func put(_ new: [UInt8], at place: Int) { bytes.replaceSubrange(place..<(place + new.count), with: new) }
        put([1] + Array("CD001".utf8) + [1], at: 16 * 2048)
        put(Array(label.utf8), at: 16 * 2048 + 40)
        put([32, 0, 0, 0, 0, 0, 0, 32], at: 16 * 2048 + 80)
        let last = platforms.isEmpty ? 17 : 18
        put([255] + Array("CD001".utf8) + [1], at: last * 2048)
        guard let first = platforms.first else { return bytes }
        put([0] + Array("CD001".utf8) + [1] + Array("EL TORITO SPECIFICATION".utf8), at: 17 * 2048)
        put([20], at: 17 * 2048 + 71)
        put([1, first], at: 20 * 2048)
        put([0x55, 0xAA], at: 20 * 2048 + 30)
        put([0x88], at: 20 * 2048 + 32)
        for (index, platform) in platforms.dropFirst().enumerated() {
            put([index + 2 == platforms.count ? 0x91 : 0x90, platform, 1], at: 20 * 2048 + 64 + 64 * index)
            put([0x88], at: 20 * 2048 + 96 + 64 * index)
        }
        return bytes
    }
}
