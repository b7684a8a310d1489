import Synchronization

/// Up to where on a disk a conversion has come, told by one thread and asked for by others.
final class Position: Sendable {
    private let value = Atomic<UInt64>(0)

    var offset: UInt64 { value.load(ordering: .relaxed) }
    func move(to offset: UInt64) { value.store(offset, ordering: .relaxed) }
}
