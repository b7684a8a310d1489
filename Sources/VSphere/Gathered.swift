import Synchronization

/// Values that come one by one on the thread of the transfers.
final class Gathered<Value: Sendable>: Sendable {
    /// No vCenter has a tenth of it: 70,000 objects are VMware's own maximum.
    private static var limit: Int { 1_000_000 }

    private let all = Mutex<[Value]>([])

    var values: [Value] { all.withLock { $0 } }

    /// - Throws: `malformedResponse` when an answer does not end.
    func append(_ value: Value) throws(Trouble) {
        let count = all.withLock { all in
            all.append(value)
            return all.count
        }
        guard count <= Self.limit else {
            throw Trouble(.malformedResponse, "the answer has more than \(Self.limit) objects")
        }
    }
}
