/// Which system is on a disk, as far as that can be told without mounting it.
public struct GuestSystem: Sendable, Equatable, Encodable {
    /// The kinds that Nova's `os_type` knows.
    public enum Family: String, Sendable, Encodable { case linux, windows }

    /// How a machine has to start it.
    public enum Firmware: String, Sendable, Encodable { case bios, uefi, either }

    /// What os-release(5) says.
    public struct Distribution: Sendable, Equatable, Encodable {
        /// `ID`: "debian", "ubuntu", "rhel", …
        public let id: String
        /// `VERSION_ID`.
        public let version: String?
        /// `PRETTY_NAME`.
        public let name: String?
    }

    /// nil: no system was found, or none that Nova has a word for.
    public internal(set) var family: Family?
    /// nil: there is no os-release that could be read.
    public internal(set) var distribution: Distribution?
    /// nil when there is nothing to go by.
    public internal(set) var firmware: Firmware?
    /// Devices that fstab(5) mounts, as they are named there.
    public internal(set) var mounts: [String] = []
    /// For Windows: whether the driver for virtio disks is installed; nil: cannot be told.
    public internal(set) var hasVirtioDrivers: Bool?
    /// What could not be told, and why.
    public internal(set) var unknown: [String] = []

    private enum CodingKeys: String, CodingKey {
        case family, distribution, firmware, mounts, unknown
        case hasVirtioDrivers = "has_virtio_drivers"
    }

    /// Looks at the volumes of a disk.
    ///
    /// - Parameter volumes: where each begins in bytes, and what it holds.
    static func find(
        on disk: some DiskSource, volumes: [(start: UInt64, fileSystem: FileSystem)], table: PartitionTable?
    ) -> GuestSystem {
        var guest = GuestSystem()
        guest.firmware = table.map { firmware($0, disk) } ?? nil
        for (start, fileSystem) in volumes {
            switch fileSystem.type {
            case "ext2", "ext3", "ext4": guest.lookIntoExt(disk, start)
            case "ntfs": guest.lookIntoNTFS(disk, start)
            case "bitlocker": guest.family = .windows
            case "xfs", "btrfs", "f2fs", "lvm2", "luks", "mdraid":
                guest.unknown.append("what is in the \(fileSystem.type) volume at byte \(start): it is not read here")
            default: break
            }
        }
        if guest.family == nil, volumes.isEmpty { guest.unknown.append("any system: no file system is known here") }
        return guest
    }

    private mutating func lookIntoExt(_ disk: some DiskSource, _ start: UInt64) {
        family = family ?? .linux
        do throws(ExtVolume.Failure) {
            let volume = try ExtVolume(disk, at: start)
            if volume.needsRecovery {
                unknown.append("what the journal of the volume at byte \(start) holds: the guest was not shut down")
            }
            for path in ["/etc/os-release", "/usr/lib/os-release"] where distribution == nil {
                if let text = try volume.file(path) {
                    distribution = Self.distribution(String(decoding: text, as: UTF8.self))
                }
            }
            if let text = try volume.file("/etc/fstab") { mounts += Self.mounts(String(decoding: text, as: UTF8.self)) }
        } catch {
            switch error {
            case .unreadable(let why): unknown.append("what is in the ext volume at byte \(start): \(why)")
            case .disk(let error): unknown.append("what is in the ext volume at byte \(start): \(error)")
            }
        }
    }

    private mutating func lookIntoNTFS(_ disk: some DiskSource, _ start: UInt64) {
        family = .windows
        do throws(NTFSVolume.Failure) {
            let volume = try NTFSVolume(disk, at: start)
            guard let drivers = try volume.names(in: ["Windows", "System32", "drivers"]) else { return }
            hasVirtioDrivers = !drivers.isDisjoint(with: ["viostor.sys", "vioscsi.sys"])
        } catch {
            unknown.append("whether Windows at byte \(start) has virtio drivers: \(error.words)")
        }
    }

    /// os-release(5): lines of NAME=value, quoted as a shell has them.
    static func distribution(_ text: String) -> Distribution? {
        var values: [String: String] = [:]
        for line in text.split(separator: "\n") {
            guard let equals = line.firstIndex(of: "="), !line.hasPrefix("#") else { continue }
            let value = String(line[line.index(after: equals)...]).trimmed
            values[String(line[..<equals])] = value.trimmingQuotes
        }
        guard let id = values["ID"], !id.isEmpty else { return nil }
        return Distribution(id: id, version: values["VERSION_ID"], name: values["PRETTY_NAME"])
    }

    static func mounts(_ text: String) -> [String] {
        text.split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace) }
            .filter { $0.count >= 2 && !$0[0].hasPrefix("#") }.map { "\($0[0]) on \($0[1])" }
    }

    /// BIOS starts what is in the first sector; UEFI what is in an EFI system partition.
    private static func firmware(_ table: PartitionTable, _ disk: some DiskSource) -> Firmware? {
        let types = Set(table.partitions.map(\.type))
        let efi = types.contains(PartitionTable.efiSystem) || types.contains("0xEF")
        guard let code = try? disk.start(at: 0, count: 440), code.count == 440 else { return nil }
        let boot = code.contains { $0 != 0 }
        let bios = boot && (table.kind == .mbr || types.contains(PartitionTable.biosBoot))
        return efi ? (bios ? .either : .uefi) : (bios ? .bios : nil)
    }
}

extension String {
    fileprivate var trimmingQuotes: String {
        guard count >= 2, let quote = first, quote == "\"" || quote == "'", last == quote else { return self }
        return String(dropFirst().dropLast())
    }
}
