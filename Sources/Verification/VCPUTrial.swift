import OpenStack

/// Which numbers of vCPUs an instance starts with.
struct VCPUTrial: Sendable, Equatable {
    enum Outcome: Sendable, Equatable {
        case boots
        /// With Nova's words.
        case fails(String)
        /// It became neither ACTIVE nor ERROR.
        case hangs(String)
        case skipped(String)
    }

    static let counts = 1...4

    /// By its name.
    let flavor: String
    var outcomes: [Int: Outcome] = [:]
    /// What image and flavor ask for that has to do with it.
    var properties: [String] = []

    /// - Parameters:
    ///   - hasFailed: whether the instance of the run did not start, which has been reported.
    ///   - look: where a failure is written.
    func verdict(afterFailure hasFailed: Bool, look: String) -> CheckVerdict {
        let booted = numbers { $0 == .boots }
        let failed = failures
        guard !failed.isEmpty else {
            let all = sentences((booted.isEmpty ? [] : ["boots with \(booted)"]) + skipped)
            return booted.isEmpty ? .skipped(all) : .passed(all)
        }
        if booted.isEmpty, hasFailed { return .skipped("no number of vCPUs boots, nor did the instance before") }
        let rest = (booted.isEmpty ? [] : ["it boots with \(booted)"]) + skipped
        let place = properties.isEmpty ? look : "\(properties.joined(separator: ", ")); \(look)"
        return .nova("no boot with \(sentences(failed + rest))", place)
    }

    private var failures: [String] {
        grouped { outcome in
            switch outcome {
            case .fails(let words), .hangs(let words): words
            case .boots, .skipped: nil
            }
        }
    }

    private var skipped: [String] {
        grouped { if case .skipped(let reason) = $0 { reason } else { nil } }.map { "not tried: \($0)" }
    }

    /// `1 and 3 vCPUs: WORDS`, once for all numbers with the same words.
    private func grouped(_ words: (Outcome) -> String?) -> [String] {
        var order: [String] = []
        for count in Self.counts {
            if let text = outcomes[count].flatMap(words), !order.contains(text) { order.append(text) }
        }
        return order.map { text in "\(numbers { words($0) == text }): \(text)" }
    }

    private func numbers(_ isMeant: (Outcome) -> Bool) -> String {
        let found = Self.counts.filter { outcomes[$0].map(isMeant) == true }
        guard let last = found.last else { return "" }
        let before = found.dropLast().map(String.init).joined(separator: ", ")
        return (before.isEmpty ? "\(last)" : "\(before) and \(last)") + (found == [1] ? " vCPU" : " vCPUs")
    }

    private func sentences(_ parts: [String]) -> String { parts.joined(separator: "; ") }
}

extension VCPUTrial {
    /// Why an instance cannot be had.
    struct Lack: Sendable, Equatable {
        let reason: String
        /// Whatever others give back.
        let isLasting: Bool
    }

    /// What the host lacks for an instance of so many vCPUs; nil: nothing.
    ///
    /// - Parameter cores: the resource class that Placement counts them in.
    static func lack(of count: Int, _ flavor: OpenStack.Flavor, cores: String, on room: ProviderRoom) -> Lack? {
        for (name, wanted) in [(cores, count), ("MEMORY_MB", flavor.ram), ("DISK_GB", flavor.disk)] {
            guard let inventory = room.inventories[name] else { continue }
            let most = min(inventory.maxUnit ?? .max, inventory.capacity)
            if wanted > most {
                return Lack(reason: "the host gives one instance at most \(most) \(name)", isLasting: true)
            }
            let free = max(0, inventory.capacity - (room.usages[name] ?? 0))
            if wanted > free { return Lack(reason: "the host has only \(free) \(name) free", isLasting: false) }
        }
        return nil
    }

    /// What the project may not have; nil: it may.
    static func lack(of count: Int, _ flavor: OpenStack.Flavor, in limits: ComputeLimits) -> Lack? {
        let wanted = [
            ("instances", limits.instances, 1), ("cores", limits.cores, count),
            ("MB of memory", limits.ramMB, flavor.ram),
        ]
        return wanted.first { !$1.holds($2) }.map { name, room, more in
            let reason = "the project's quota allows \(room.limit) \(name), and \(room.used) are used"
            return Lack(reason: reason, isLasting: room.limit < more)
        }
    }

    /// The smallest flavor of a cloud that differs in its vCPUs alone, or has more memory or disk.
    static func flavor(
        of count: Int, like model: OpenStack.Flavor, in flavors: [OpenStack.Flavor]
    ) -> OpenStack.Flavor? {
        flavors.filter {
            $0.vcpus == count && $0.ram >= model.ram && $0.disk >= model.disk
                && ($0.extraSpecs ?? [:]) == (model.extraSpecs ?? [:])
        }.min { ($0.ram, $0.disk, $0.name) < ($1.ram, $1.disk, $1.name) }
    }

    /// `hw_numa_nodes=2 of image tiny`: what decides about numbers of vCPUs (nova/virt/hardware.py).
    static func properties(of parts: Ingredients) -> [String] {
        func decisive(_ all: [String: String], _ owner: String) -> [String] {
            all.filter { name, _ in
                let plain = name.replacing(":", with: "_")
                return ["hw_numa_", "hw_cpu_", "hw_max_", "hw_pci_numa"].contains { plain.hasPrefix($0) }
            }.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value) of \(owner)" }
        }
        return decisive(parts.image.properties, "image \(parts.image.name ?? parts.image.id)")
            + decisive(parts.flavor.extraSpecs ?? [:], "flavor \(parts.flavor.name)")
    }
}
