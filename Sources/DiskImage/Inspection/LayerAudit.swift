/// Something about an image that its reader should know.
public struct ImageFinding: Sendable, Equatable, Encodable {
    /// How bad it is.
    public enum Severity: String, Sendable, Encodable {
        /// Data is missing or cannot be trusted.
        case damage
        /// Odd, and readable.
        case remark
    }

    /// How bad it is.
    public let severity: Severity
    /// The file that it is about, which may be one that the image refers to.
    public let file: String
    /// In bytes; nil when it is about the file as a whole.
    public let offset: UInt64?
    /// What is there, and what should be.
    public let text: String

    init(_ severity: Severity, _ file: String, at offset: UInt64? = nil, _ text: String) {
        self.severity = severity
        self.file = file
        self.offset = offset
        self.text = text
    }

    init(_ error: DiskImageError) {
        self.init(
            .damage, error.file, at: error.offset,
            "\(error.structure): expected \(error.expected), found \(error.found)")
    }
}

/// Goes through all tables of one file, and says where they contradict the file or each other.
struct LayerAudit<Layer: DiskLayer> {
    let layer: Layer
    let file: FileBytes
    /// A cluster or grain, in bytes.
    let blockSize: UInt64
    /// What the format itself takes of the file.
    let metadata: [Range<UInt64>]

    /// More faults than these are not listed, and more stored stretches are not kept to be compared with each other.
    private static var most: Int { 20 }
    private static var mostStretches: Int { 1 << 20 }

    func findings() -> [ImageFinding] {
        var findings: [ImageFinding] = []
        var stored = metadata
        var position: UInt64 = 0
        while position < layer.capacity, findings.count < Self.most {
            do throws(DiskImageError) {
                let stretch = try layer.stretch(at: position, upTo: layer.capacity)
                if case .stored(let place) = stretch.content {
                    if stored.count <= Self.mostStretches { stored.append(place..<(place + stretch.length)) }
                    if let fault = pastEnd(place, stretch.length, position) { findings.append(fault) }
                } else if case .compressed(let block) = stretch.content {
                    try layer.checkCompressed(block)
                }
                position += stretch.length
            } catch {
                findings.append(ImageFinding(error))
                position = (position / blockSize + 1) * blockSize
            }
        }
        if findings.count >= Self.most {
            findings.append(ImageFinding(.damage, file.path, "more faults follow; not listed"))
        }
        return findings + overlaps(stored)
    }

    private func pastEnd(_ place: UInt64, _ length: UInt64, _ position: UInt64) -> ImageFinding? {
        guard length > file.size - min(place, file.size) else { return nil }
        return ImageFinding(
            .damage, file.path, at: place,
            "the \(length) bytes of the disk from byte \(position) on end past the file's end at byte \(file.size)")
    }

    private func overlaps(_ stored: [Range<UInt64>]) -> [ImageFinding] {
        guard stored.count <= Self.mostStretches else {
            return [
                ImageFinding(.remark, file.path, "too many stretches to look for two that share a place in the file")
            ]
        }
        var findings: [ImageFinding] = []
        let sorted = stored.sorted { $0.lowerBound < $1.lowerBound }
        for (one, next) in zip(sorted, sorted.dropFirst()) where one.upperBound > next.lowerBound {
            findings.append(
                ImageFinding(
                    .damage, file.path, at: next.lowerBound, "two parts of the image share this place of the file"))
            if findings.count >= Self.most { break }
        }
        return findings
    }
}
