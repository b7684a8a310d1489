package import Topology
package import VSphere

/// What a topology means in a vCenter, and what Nova's VMware driver does with it: each question has one answer here, for
/// `preflight` as for `verify`.
package enum ClusterMeaning: Sendable, Equatable {
    case one(ClusterComputeResource)
    case missing
    /// It is there, and not in the topology's datacenter; the datacenters that have it.
    case elsewhere([String])
    /// Nova takes the first of them: the datacenters that have them.
    case several([String])
}

extension Inventory {
    /// The cluster that the topology means: of its name, in its datacenter, and the only one.
    ///
    /// `vm_util.get_cluster_ref_by_name` of nova/virt/vmwareapi takes the first of the name in any datacenter.
    package func meaning(of wanted: Cluster, in datacenter: String?) -> ClusterMeaning {
        let found = clusters(meant: wanted)
        guard let first = found.first else { return .missing }
        let places = found.map { self.datacenter(above: $0.parent)?.name ?? "none" }
        guard datacenter.map(places.contains) ?? true else { return .elsewhere(places) }
        return found.count > 1 ? .several(places) : .one(first)
    }

    /// The cluster that the topology means, or the one of them that is in its datacenter.
    package func cluster(_ wanted: Cluster, of server: VSphereServer) -> ClusterComputeResource? {
        clusters(meant: wanted).first { datacenter(above: $0.parent)?.name == server.datacenter }
    }

    /// Clusters of a name, as it is or as vCenter writes it.
    package func clusters(meant wanted: Cluster) -> [ClusterComputeResource] {
        clusters.filter { $0.name == wanted.clusterName || storedName($0.name) == wanted.clusterName }
    }
}

/// A name as vCenter keeps it, and as Nova compares it: with `%2f`, `%5c` and `%25` for `/`, `\` and `%`.
package func storedName(_ name: String) -> String {
    name.replacing("%", with: "%25").replacing("/", with: "%2f").replacing("\\", with: "%5c")
}

/// Whether DRS does for Nova what Nova leaves to it.
///
/// `vm_util.create_vm` gives CreateVM_Task a resource pool and no host, in all releases; vSphere's API demands a host where
/// DRS is off, and chooses one where it is on, whatever its automation level.
package enum PlacementByDRS: Sendable, Equatable {
    case automatic
    /// It chooses where an instance starts, and moves none afterwards: the level.
    case initialOnly(String)
    /// Off, with one host that everything has to run on.
    case offWithOneHost
    /// Off, with several hosts, of which nobody chooses one.
    case off

    package init(_ cluster: ClusterComputeResource, hosts: Int) {
        if cluster.drs.enabled == false {
            self = hosts > 1 ? .off : .offWithOneHost
        } else if hosts > 1, let level = cluster.drs.defaultVmBehavior, level != "fullyAutomated" {
            self = .initialOnly(level)
        } else {
            self = .automatic
        }
    }

    /// What is not as it should be, in words; nil: all is.
    package var words: String? {
        switch self {
        case .automatic: nil
        case .initialOnly(let level): "DRS is \(level)"
        case .offWithOneHost: "DRS is off; with one ESXi host there is no choice"
        case .off: "DRS is off"
        }
    }

    /// Whether no instance can be created.
    package var isFatal: Bool { self == .off }
}

extension Cluster {
    /// Whether `datastore_regex` lets Nova use a datastore of this name; nil: nobody but Python can say.
    ///
    /// Python's `re.match` is anchored at the start only, as `prefixMatch` is. What `re` does not compile, no topology has.
    package func takes(_ datastore: String) -> Bool? { DatastoreExpression.matches(datastoreRegex, datastore) }

    /// Whether Nova may have put something on a datastore, so that one has to look there. One that is in maintenance by now
    /// had some before, and where nobody can read the expression, every datastore may have.
    package func mayHaveUsed(_ datastore: Datastore) -> Bool {
        datastore.accessible && datastore.hasKnownType && takes(datastore.name) != false
    }
}

/// Nova's `datastore_regex`.
package enum DatastoreExpression {
    /// nil: it is not written as Swift writes regular expressions.
    package static func matches(_ expression: String?, _ datastore: String) -> Bool? {
        guard let expression else { return true }
        guard let regex = try? Regex(expression) else { return nil }
        return (try? regex.prefixMatch(in: datastore)) != nil
    }
}

extension Datastore {
    /// As `ds_util._is_datastore_valid` of nova/virt/vmwareapi judges it, Liberty to 2026.2.
    package var isUsableByNova: Bool { hasKnownType && accessible && !isInMaintenance }

    package var hasKnownType: Bool { ["VMFS", "NFS", "NFS41", "vsan"].contains(type) }
    package var isInMaintenance: Bool { (maintenanceMode ?? "normal") != "normal" }
}

/// Whether an instance finds room on the datastores that Nova may use.
package enum DatastoreRoom: Sendable, Equatable {
    /// Nova may use none.
    case none
    /// The scheduler chooses the cluster for no such instance, or the image cannot be written: free on the roomiest.
    case tooLittle(Datastore)
    /// The scheduler chooses it, and the instance's disk may not be filled.
    case tight(Datastore)
    case enough(Datastore)

    /// - Parameters:
    ///   - stores: what Nova may use.
    ///   - diskGB: of the flavor. Placement gives out no more than the free GiB of the roomiest datastore: `max_unit` of
    ///     DISK_GB in `update_provider_tree` of nova/virt/vmwareapi/driver.py.
    ///   - imageBytes: of the image's file, which Nova writes first; 0: not known.
    ///   - fullBytes: what image and disk take at the most. Disks are thin unless the image says otherwise.
    package init(_ stores: [Datastore], diskGB: Int, imageBytes: Int64, fullBytes: Int64) {
        guard let roomiest = stores.max(by: { $0.freeSpace < $1.freeSpace }) else {
            self = .none
            return
        }
        let free = roomiest.freeSpace
        if free >> 30 < Int64(diskGB) || free < imageBytes {
            self = .tooLittle(roomiest)
        } else {
            self = free < fullBytes ? .tight(roomiest) : .enough(roomiest)
        }
    }
}
