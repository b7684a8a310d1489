/// What Polyvisor leaves on a node, beside what it was asked to make.
package enum Traces {
    /// All of it.
    package static let folder = "/var/lib/polyvisor"
    /// What files were before Polyvisor wrote them.
    package static let originals = "\(folder)/originals"
    /// What finished scripts leave, by name.
    package static let stamps = "\(folder)/stamps"
}
