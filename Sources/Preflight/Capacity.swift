import Access
import Facts
import Topology
import VSphere
import Wording

/// How many instances of each flavor fit into what one nova-compute drives.
public struct ComputeCapacity: Sendable, Equatable, Encodable {
    /// E.g. `vc1/cluster_a`.
    public let name: String
    /// All of the cluster, usable or not.
    public let hosts: [HostCapacity]
    /// One for each flavor of the lab, in its order.
    public let flavors: [FlavorFit]
    /// What HA holds back, in words; nil where it holds back nothing.
    public let reserve: String?
    /// How many vCPUs Nova gives out for a thread.
    public let cpuAllocationRatio: Double
    /// How many MiB Nova gives out for one.
    public let ramAllocationRatio: Double
}

/// What one ESXi host has.
public struct HostCapacity: Sendable, Equatable, Encodable {
    /// As vCenter has it.
    public let name: String
    /// Whether Nova counts it: connected, and not in maintenance.
    public let isUsable: Bool
    /// Whether HA keeps it free (a failover host).
    public let isReserved: Bool
    /// MiB.
    public let memoryMiB: Int
    /// MiB.
    public let freeMemoryMiB: Int
    /// Of its processors, twice the cores with hyper-threading.
    public let threads: Int
    /// Of the threads, how many have nothing to do.
    public let freeThreads: Double
}

/// One flavor, counted in both ways.
public struct FlavorFit: Sendable, Equatable, Encodable {
    /// The flavor's name.
    public let flavor: String
    /// What Nova believes of the empty cluster: Placement's totals, ratios and `max_unit`.
    public let bySum: Int
    /// What the hosts have free, one by one, as if HA held back nothing.
    public let beforeReserve: Int
    /// The same, less what HA holds back.
    public let byHosts: Int
    /// Of `byHosts`, how many the roomiest host takes.
    public let onLargestHost: Int
    /// What the number of `byHosts` ends at.
    public let limit: Limit
    /// The gap between the two, in words.
    public let words: String

    /// What the number of instances ends at.
    public enum Limit: String, Sendable, Encodable {
        case memory, cpu, datastores
        case hostSize = "size of a host"
    }
}

extension ComputeCapacity {
    init(_ sight: ComputeSight) {
        let counting = Counting(sight)
        let wanted = sight.wanted?.name
        name = wanted.map { "\(sight.server.name)/\($0)" } ?? sight.server.name
        hosts = counting.hosts
        reserve = counting.reserveInWords
        cpuAllocationRatio = counting.ratios.cpu
        ramAllocationRatio = counting.ratios.ram
        flavors = sight.setting.lab.flavors.map(counting.fit)
    }
}

/// Nova's allocation ratios for a compute service.
struct AllocationRatios: Equatable {
    var cpu: Double
    var ram: Double

    /// The topology's overrides, or `initial_cpu_allocation_ratio` and `initial_ram_allocation_ratio` (Stein and later;
    /// nova/conf/compute.py), whose defaults 2023.1 brought down; earlier releases have the same numbers as fixed ones.
    init(_ setting: LabSetting) {
        let lab = setting.lab
        let isNew = !setting.release.isBefore("2023.1")
        func given(_ option: String) -> Double? {
            lab.overrides.last {
                $0.file == "nova.conf" && $0.section == "DEFAULT" && $0.option == option
                    && ["all", "compute"].contains($0.scope)
            }?.values.last.flatMap(Double.init)
        }
        cpu = given("cpu_allocation_ratio") ?? given("initial_cpu_allocation_ratio") ?? (isNew ? 4 : 16)
        ram = given("ram_allocation_ratio") ?? given("initial_ram_allocation_ratio") ?? (isNew ? 1 : 1.5)
    }
}

/// The arithmetic.
private struct Counting {
    let hosts: [HostCapacity]
    let ratios: AllocationRatios
    let policy: ClusterComputeResource.AdmissionControlPolicy?
    /// nil: which ones Nova takes is not known.
    let datastores: [Datastore]?

    init(_ sight: ComputeSight) {
        let ha = sight.cluster?.ha
        policy = ha?.enabled == true && ha?.admissionControlEnabled == true ? ha?.admissionControlPolicy : nil
        var reserved: [ManagedObjectReference] = []
        if case .failoverHosts(let hosts) = policy { reserved = hosts }
        hosts = sight.hosts.map { HostCapacity($0, isReserved: reserved.contains($0.reference)) }
        ratios = AllocationRatios(sight.setting)
        datastores = sight.datastoresForNova.usable
    }

    private var usable: [HostCapacity] { hosts.filter(\.isUsable) }

    func fit(_ flavor: Flavor) -> FlavorFit {
        let sum = believed(flavor)
        let counts = usable.filter { !$0.isReserved }.map { count(flavor, on: $0) }
        let largest = counts.max() ?? 0
        let (real, limit) = afterReserve(flavor, counts)
        let free = usable.map { count(flavor, on: $0) }.reduce(0, +)
        return FlavorFit(
            flavor: flavor.name, bySum: sum,
            beforeReserve: min(free, onDatastores(flavor) { $0.freeSpace } ?? .max), byHosts: real,
            onLargestHost: largest, limit: limit,
            words: words(flavor, sum: sum, real: real, limit))
    }

    /// As Placement counts: totals over all usable hosts, and no instance larger than the largest host (`max_unit`,
    /// whose CPU and memory may be of different hosts).
    private func believed(_ flavor: Flavor) -> Int {
        let memory = usable.reduce(0) { $0 + $1.memoryMiB }
        let threads = usable.reduce(0) { $0 + $1.threads }
        guard flavor.ramMB <= usable.map(\.memoryMiB).max() ?? 0, flavor.vcpus <= usable.map(\.threads).max() ?? 0
        else { return 0 }
        let byMemory = Int(Double(memory) * ratios.ram) / max(flavor.ramMB, 1)
        let byCPU = Int(Double(threads) * ratios.cpu) / max(flavor.vcpus, 1)
        return min(byMemory, byCPU, onDatastores(flavor) { $0.capacity } ?? .max)
    }

    /// What one host can take now: memory that is really free, and no more virtual CPUs than the ratio allows of idle
    /// threads; a virtual machine cannot have more CPUs than its host has threads.
    private func count(_ flavor: Flavor, on host: HostCapacity) -> Int {
        guard flavor.vcpus <= host.threads else { return 0 }
        return min(
            host.freeMemoryMiB / max(flavor.ramMB, 1), Int(host.freeThreads * ratios.cpu) / max(flavor.vcpus, 1))
    }

    private func onDatastores(_ flavor: Flavor, _ space: (Datastore) -> Int64) -> Int? {
        guard flavor.diskGB > 0, let datastores else { return nil }
        return datastores.reduce(0) { $0 + Int(space($1) / (Int64(flavor.diskGB) << 30)) }
    }

    private func afterReserve(_ flavor: Flavor, _ counts: [Int]) -> (count: Int, limit: FlavorFit.Limit) {
        var left = counts.reduce(0, +)
        switch policy {
        case .failoverLevel(let hosts): left -= counts.sorted(by: >).prefix(Int(clamping: hosts)).reduce(0, +)
        case .resources(let cpu, let memory): left = min(left, withinShare(flavor, cpu: cpu, memory: memory))
        default: break
        }
        let onDisks = onDatastores(flavor) { $0.freeSpace } ?? .max
        if onDisks < left { return (onDisks, .datastores) }
        return (max(left, 0), limit(flavor))
    }

    /// A share of the cluster's total stays free, wherever it is.
    private func withinShare(_ flavor: Flavor, cpu: Int64, memory: Int64) -> Int {
        let all = usable
        let memoryLeft =
            all.reduce(0) { $0 + $1.freeMemoryMiB } - all.reduce(0) { $0 + $1.memoryMiB } * Int(clamping: memory) / 100
        let threadsLeft =
            all.reduce(0) { $0 + $1.freeThreads } - Double(all.reduce(0) { $0 + $1.threads }) * Double(cpu) / 100
        return max(0, min(memoryLeft / max(flavor.ramMB, 1), Int(threadsLeft * ratios.cpu) / max(flavor.vcpus, 1)))
    }

    private func limit(_ flavor: Flavor) -> FlavorFit.Limit {
        let open = usable.filter { !$0.isReserved }
        if open.allSatisfy({ flavor.vcpus > $0.threads || flavor.ramMB > $0.memoryMiB }) { return .hostSize }
        let memory = open.reduce(0) { $0 + $1.freeMemoryMiB / max(flavor.ramMB, 1) }
        let cpu = open.reduce(0) { $0 + Int($1.freeThreads * ratios.cpu) / max(flavor.vcpus, 1) }
        return memory <= cpu ? .memory : .cpu
    }

    var reserveInWords: String? {
        switch policy {
        case .failoverLevel(let hosts) where hosts > 0: "HA keeps room for the failure of \(counted(hosts, "host"))"
        case .resources(let cpu, let memory) where cpu + memory > 0:
            "HA keeps \(cpu) % of the CPU and \(memory) % of the memory"
        case .failoverHosts(let reserved) where !reserved.isEmpty:
            "HA keeps \(listed(hosts.filter(\.isReserved).map(\.name))) free"
        default: nil
        }
    }

    private func words(_ flavor: Flavor, sum: Int, real: Int, _ limit: FlavorFit.Limit) -> String {
        guard let roomiest = usable.filter({ !$0.isReserved }).max(by: { $0.freeMemoryMiB < $1.freeMemoryMiB }) else {
            return "no host is usable"
        }
        let believed = "Nova believes in \(sum)"
        let needs = "one needs \(flavor.ramMB) MiB and \(flavor.vcpus) vCPU"
        let has =
            "the roomiest host, \(roomiest.name), has \(roomiest.freeMemoryMiB) MiB and "
            + "\(Int(roomiest.freeThreads)) of \(roomiest.threads) threads free"
        let held = reserveInWords.map { "; \($0)" } ?? ""
        if real == 0 { return "\(believed), none fits: \(needs), \(has)\(held)" }
        if real >= sum { return "\(real) fit, as many as Nova believes\(held)" }
        return "\(believed), \(real) fit (\(limit.rawValue) ends it)\(held)"
    }
}

extension HostCapacity {
    fileprivate init(_ host: HostSystem, isReserved: Bool) {
        name = host.name
        isUsable = host.isUsable && host.powerState == "poweredOn"
        self.isReserved = isReserved
        memoryMiB = Int(clamping: (host.memorySize ?? 0) >> 20)
        freeMemoryMiB = max(0, memoryMiB - Int(clamping: host.overallMemoryUsage ?? 0))
        threads = Int(clamping: host.numCpuThreads ?? 0)
        let total = Double(host.totalCpu ?? 0)
        let idle = total > 0 ? max(0, 1 - Double(host.overallCpuUsage ?? 0) / total) : 1
        freeThreads = Double(threads) * idle
    }
}

/// The answer for every cluster and ESXi host of a lab.
public struct CapacityReport: Sendable, Encodable {
    /// The lab's name.
    public let lab: String
    /// By server, in the topology's order.
    public let clusters: [ComputeCapacity]
    /// Servers and clusters of which nothing could be learned, with the reason.
    public let unknown: [String]

    /// As a table, with the gap of each flavor in words below it.
    public var text: String {
        var lines: [String] = []
        for cluster in clusters {
            let hosts = cluster.hosts.count { $0.isUsable }
            lines.append("\(cluster.name): \(hosts) of \(cluster.hosts.count) hosts usable")
            lines.append("  CPU ratio \(cluster.cpuAllocationRatio), RAM ratio \(cluster.ramAllocationRatio)")
            if let reserve = cluster.reserve { lines.append("  \(reserve)") }
            lines += Self.table(
                [["flavor", "Nova's sum", "by hosts", "less HA's reserve", "on one host", "ends at"]]
                    + cluster.flavors.map {
                        [
                            $0.flavor, "\($0.bySum)", "\($0.beforeReserve)", "\($0.byHosts)", "\($0.onLargestHost)",
                            $0.limit.rawValue,
                        ]
                    }
            ).map { "  \($0)" }
            lines += cluster.flavors.map { "  \($0.flavor): \($0.words)" }
            lines.append("")
        }
        lines += unknown.map { "unknown: \($0)" }
        return VisibleText(lines.joined(separator: "\n")).text
    }

    static func table(_ rows: [[String]]) -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { index, cell in
                let space = String(repeating: " ", count: max(0, widths[index] - cell.count))
                return index == 0 ? cell + space : space + cell
            }.joined(separator: "  ")
        }
    }
}
