import Access
import Facts
import Topology
import VSphere
import Wording

extension Check {
    /// The datastores that `datastore_regex` lets Nova use.
    static let datastoreChecks = [
        Check("datastore", "a datastore that Nova takes matches", .proof, .compute(matching)),
        Check("datastore-accessible", "every matching datastore is accessible", .proof, .compute(accessible)),
        Check("datastore-in-service", "no matching datastore is in maintenance", .proof, .compute(inService)),
        Check("datastore-shared", "every host mounts every matching datastore", .advice, .compute(shared)),
        Check("datastore-space", "every matching datastore has room for an instance", .proof, .compute(space)),
    ]

    private static func matching(of sight: ComputeSight) -> [Datastore] {
        if case .matching(let datastores) = sight.datastoresForNova { datastores } else { [] }
    }

    /// Those that Nova could use if they were well.
    private static func candidates(of sight: ComputeSight) -> [Datastore] {
        matching(of: sight).filter(\.hasKnownType)
    }

    /// Whether something is left when this one is left out.
    private static func level(_ sight: ComputeSight) -> Finding.Level {
        candidates(of: sight).contains(where: \.isUsableByNova) ? .warning : .error
    }

    private static let whyNone =
        "update_provider_tree takes the largest of no datastores: ValueError in each period, and no DISK_GB in Placement"

    @Sendable private static func matching(_ sight: ComputeSight) -> [Finding] {
        if let wanted = sight.wanted, case .unreadable(let expression) = sight.datastoresForNova {
            return [unreadable(expression, wanted, sight)]
        }
        guard candidates(of: sight).isEmpty else { return [] }
        let all = listed(sight.datastores.map { "\(quoted($0.name)) (\($0.type))" })
        let expression = sight.wanted?.datastoreRegex
        return [
            .error(
                sight.object,
                expected: "a VMFS, NFS or vSAN datastore"
                    + (expression.map { " that datastore_regex \(quoted($0)) matches" } ?? ""),
                found: "its datastores are \(all)", why: whyNone,
                remedy: "mend datastore_regex (matched at the start of the name)"
                    + (sight.wanted.map { " in \(sight.setting.lab.file):\($0.mark)" } ?? ""))
        ]
    }

    private static func unreadable(_ expression: String, _ wanted: Cluster, _ sight: ComputeSight) -> Finding {
        .note(
            sight.object, expected: "a datastore_regex that can be judged here",
            found: DatastoresForNova.unreadableWords(expression), why: "none of them was looked at",
            remedy: "write it more simply in \(sight.setting.lab.file):\(wanted.mark), or compare names by hand")
    }

    @Sendable private static func accessible(_ sight: ComputeSight) -> [Finding] {
        candidates(of: sight).filter { !$0.accessible }.map { datastore in
            Finding(
                level(sight), "datastore \(quoted(datastore.name)) of \(sight.object)", expected: "accessible",
                found: "no host reaches it", why: "ds_util leaves it out of Nova's DISK_GB",
                remedy: "look at its storage, or let datastore_regex leave it out"
            ).moving
        }
    }

    @Sendable private static func inService(_ sight: ComputeSight) -> [Finding] {
        candidates(of: sight).filter(\.isInMaintenance).map { datastore in
            Finding(
                level(sight), "datastore \(quoted(datastore.name)) of \(sight.object)", expected: "in service",
                found: datastore.maintenanceMode ?? "in maintenance", why: "ds_util leaves it out of Nova's DISK_GB",
                remedy: "take it out of maintenance, or let datastore_regex leave it out")
        }
    }

    @Sendable private static func shared(_ sight: ComputeSight) -> [Finding] {
        candidates(of: sight).filter(\.isUsableByNova).compactMap { datastore in
            let able = Set(datastore.mounts.filter { $0.accessible && $0.accessMode == "readWrite" }.map(\.host))
            let without = sight.hosts.filter { !able.contains($0.reference) }
            guard !without.isEmpty else { return nil }
            return .warning(
                "datastore \(quoted(datastore.name)) of \(sight.object)",
                expected: "mounted by every host of the cluster",
                found: "\(listed(without.map(\.name))) cannot read and write it",
                why: "Nova takes the datastore with the most free space and looks at none of its mounts: instances "
                    + "there cannot run on the other hosts",
                remedy: "mount it there, or let datastore_regex leave it out")
        }
    }

    /// Nova takes the datastore with the most free space, so that another one is full is only good to know.
    @Sendable private static func space(_ sight: ComputeSight) -> [Finding] {
        let disk = sight.setting.lab.flavors.first { $0.name == sight.setting.lab.verify.flavor }?.diskGB ?? 1
        let usable = candidates(of: sight).filter(\.isUsableByNova)
        let level: Finding.Level
        switch DatastoreRoom(usable, diskGB: disk, imageBytes: 0, fullBytes: needed(disk)) {
        case .none: return []
        case .tooLittle: level = .error
        case .tight: level = .warning
        case .enough: level = .note
        }
        return usable.filter { $0.freeSpace < needed(disk) }.map { datastore in
            Finding(
                level, "datastore \(quoted(datastore.name)) of \(sight.object)",
                expected:
                    "\(ByteCount.inGiB(needed(disk))) free, for the disk of \(quoted(sight.setting.lab.verify.flavor)) "
                    + "and a copy of the image",
                found: "\(ByteCount.inGiB(datastore.freeSpace)) of \(ByteCount.inGiB(datastore.capacity))",
                why:
                    "Nova takes the roomiest datastore, Placement gives out no disk larger than what that has free, and a "
                    + "disk that cannot grow stops its instance",
                remedy: "free some space, or let datastore_regex leave it out"
            ).moving
        }
    }

    /// The disk of the flavor that is verified, and its image in Nova's cache; at least one GiB.
    private static func needed(_ diskGB: Int) -> Int64 { Int64(max(diskGB, 1)) * 2 << 30 }
}
