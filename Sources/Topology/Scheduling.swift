/// What of Nova's scheduler the topology decides.
public struct Scheduling: Sendable, Equatable {
    /// How much each of Nova's weighers counts; those that are not named keep the release's own multiplier.
    public var weights: [Weight] = []

    /// A weigher's multiplier.
    public struct Weight: Sendable, Equatable {
        /// The weigher by the name of its option, `ram` for `ram_weight_multiplier`.
        public var weigher: String
        /// A decimal number as the topology has it; a negative one turns the weigher around.
        public var multiplier: String
        /// Where the weigher stands.
        public var mark: Mark
    }
}

/// A host aggregate beside those that make availability zones.
public struct Aggregate: Sendable, Equatable {
    /// Nova's name of it; the key in the topology.
    public var name: String
    /// Nodes, with every service on them, and clusters.
    public var members: [AggregateMember]
    /// What `aggregate_instance_extra_specs:NAME` of a flavor is compared with.
    public var properties: [Setting]
    /// Where its key stands.
    public var mark: Mark
}

/// Who belongs to an aggregate.
public enum AggregateMember: Sendable, Hashable {
    case node(String)
    case cluster(ClusterReference)
}

/// A name with a value: a flavor's extra spec, an aggregate's property.
public struct Setting: Sendable, Hashable {
    /// As Nova gets it, with whatever scope stands before a colon.
    public var name: String
    /// As Nova gets it: text.
    public var value: String
}

/// What a hypervisor has, as far as the topology says: of a cluster, what its largest host has.
public struct HypervisorCapacity: Sendable, Equatable {
    /// Threads, for which Nova counts VCPU; nil: nobody said.
    public var vcpus: Int?
    /// MiB.
    public var ramMB: Int?
    /// GiB.
    public var diskGB: Int?
}

extension Lab {
    /// The services that belong to an aggregate, in the topology's order.
    public func services(of aggregate: Aggregate) -> [ComputeService] {
        computeServices.filter { service in
            aggregate.members.contains { member in
                switch member {
                case .node(let name): service.node == name
                case .cluster(let reference): service.driver == .cluster(reference)
                }
            }
        }
    }
}
