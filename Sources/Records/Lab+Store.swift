public import Topology

extension Lab {
    /// What is remembered of the lab, and where: the one place that chooses among stores.
    public var store: any Store { FileStore(of: self) }
}
