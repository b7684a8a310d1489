/// Sizes for people.
public enum ByteCount {
    /// "1.5 GiB (1610612736 bytes)"
    public static func text(_ bytes: UInt64) -> String {
        bytes < 1024 ? "\(bytes) bytes" : "\(short(bytes)) (\(bytes) bytes)"
    }

    /// "1.5 GiB", in the unit that suits the size.
    public static func short(_ bytes: UInt64) -> String {
        let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        let isHuge = bytes > UInt64.max / 10
        var unit = isHuge ? 1 : 0
        var tenths = isHuge ? (bytes >> 10) * 10 : bytes * 10
        while tenths >= 10_240, unit < units.count - 1 {
            tenths /= 1024
            unit += 1
        }
        return tenths % 10 == 0 ? "\(tenths / 10) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }

    /// "12.3 GiB" whatever the size, rounded down: free space is not more than one reads.
    public static func inGiB(_ bytes: Int64) -> String {
        let tenths = (bytes >> 30) * 10 + ((bytes & (1 << 30 - 1)) * 10) >> 30
        return "\(tenths / 10).\(tenths % 10) GiB"
    }

    /// Whole MiB, rounded up: a file of one byte takes one.
    public static func wholeMiB(_ bytes: Int64) -> Int64 { (bytes + (1 << 20) - 1) >> 20 }
}
