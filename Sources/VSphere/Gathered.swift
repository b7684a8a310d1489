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

extension Trouble {
    /// How long to wait before a call is made again; throws the trouble where it is not.
    func pause(before attempt: Int, of method: VimMethod) throws(Trouble) -> Duration {
        switch kind {
        case .httpStatus(503) where attempt <= 3: retryAfter ?? .seconds(attempt)
        case .connection where method.isRead && attempt <= 1: .zero
        default: throw self
        }
    }
}
