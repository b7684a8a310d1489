/// An instance's disk as its node has it: which file it is, whatever its name, so that one that was made anew is told from
/// one that stayed.
///
/// Nova keeps the disk of an evacuated instance where the nodes share its `instances_path`, and makes it anew from the image
/// where they do not (`on_shared_storage` of its API, which it finds out itself since microversion 2.14).
struct EvacuatedDisk: Sendable, Equatable {
    /// Inode and time of birth.
    let file: String

    /// Prints what `init(reading:)` reads; nothing where there is no such disk, as with volumes.
    static func command(folder: String) -> String { "stat -c 'disk %i %W' '\(folder)/disk' 2>/dev/null || true" }

    init?(reading output: String) {
        let lines = output.split(whereSeparator: \.isNewline).map { $0.split(separator: " ") }
        guard let words = lines.first(where: { $0.first == "disk" && $0.count == 3 }) else { return nil }
        file = words.dropFirst().joined(separator: " ")
    }

    /// What became of it on the other node.
    ///
    /// - Returns: in words; nil where the instance had no disk to be seen.
    /// - Throws: `CheckFailure` where Nova should have kept it.
    static func fate(from before: EvacuatedDisk?, to after: EvacuatedDisk?, isShared: Bool, look: String) throws
        -> String?
    {
        guard let before else { return nil }
        if isShared, after == before { return "its disk kept" }
        guard isShared else { return after == nil ? nil : "its disk made anew from the image" }
        let reason = "the nodes share the instance's folder, and its disk was \(after == nil ? "removed" : "made anew")"
        throw CheckFailure(layer: .nova, reason: reason, look: look)
    }
}
