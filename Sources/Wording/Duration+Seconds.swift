import Foundation

extension Duration {
    /// In seconds, to the millisecond: more digits than that were not measured.
    public var seconds: Double {
        let (seconds, attoseconds) = components
        return (Double(seconds) * 1000 + (Double(attoseconds) / 1e15).rounded()) / 1000
    }

    /// Whole milliseconds; what is left of one is cut off.
    public var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }

    /// "1.5 s"
    public var text: String { "\(Double(milliseconds) / 1000) s" }
}

extension Double {
    /// "12.3": with so many digits after the point.
    public func rounded(toPlaces places: Int) -> String { String(format: "%.\(places)f", self) }
}
