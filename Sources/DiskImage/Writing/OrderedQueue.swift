import Foundation
import Synchronization

/// Takes numbered results from several threads and gives them back in the order of the numbers.
///
/// No more than `window` of them are on their way at once, which bounds the memory. Waiting blocks, so it is for
/// threads of one's own.
final class OrderedQueue<Element: Sendable>: Sendable {
    private struct State {
        var reserved = 0
        var taken = 0
        var isComplete = false
        var results: [Int: Element] = [:]
        var failure: DiskImageError?
        var isStopped = false

        var isOver: Bool { failure != nil || isStopped }
    }

    private let window: Int
    private let state = Mutex(State())
    private let changed = NSCondition()

    init(window: Int) { self.window = window }

    /// The number of the next result, once there is room for one; nil when nobody wants any more.
    func reserve() -> Int? {
        waiting { state in
            if state.isOver { return .some(nil) }
            guard state.reserved - state.taken < window else { return nil }
            state.reserved += 1
            return state.reserved - 1
        }
    }

    /// There will be no more than what is reserved.
    func complete() { update { $0.isComplete = true } }

    func put(_ element: Element, at number: Int) { update { $0.results[number] = element } }

    /// Makes everyone stop, and `take` throw.
    func fail(_ error: DiskImageError) { update { $0.failure = $0.failure ?? error } }

    /// Makes everyone stop: nobody wants the results any more.
    func stop() { update { $0.isStopped = true } }

    /// Waits for the next result; nil after the last.
    ///
    /// - Throws: what any thread failed with, at once.
    func take() throws(DiskImageError) -> Element? {
        let result: Result<Element?, DiskImageError> = waiting { state in
            if let failure = state.failure { return .failure(failure) }
            if let element = state.results.removeValue(forKey: state.taken) {
                state.taken += 1
                return .success(element)
            }
            return state.isStopped || (state.isComplete && state.taken == state.reserved) ? .success(nil) : nil
        }
        return try result.get()
    }

    /// Tries again after each change until there is an answer.
    private func waiting<Answer: Sendable>(_ attempt: (inout State) -> Answer?) -> Answer {
        changed.lock()
        defer { changed.unlock() }
        while true {
            if let answer = state.withLock({ attempt(&$0) }) {
                changed.broadcast()
                return answer
            }
            changed.wait()
        }
    }

    private func update(_ change: (inout State) -> Void) {
        changed.lock()
        state.withLock { change(&$0) }
        changed.broadcast()
        changed.unlock()
    }
}
