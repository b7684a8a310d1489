import Foundation
import Synchronization

/// Runs an actor's jobs on one thread of its own, in order.
///
/// libssh2's calls and `poll` block; on Swift's cooperative pool (one thread a core) a few slow nodes
/// would stop everything else. A thread, not a dispatch queue, because Dispatch bounds its threads too.
final class ThreadExecutor: SerialExecutor {
    private let queue = JobQueue()

    init(name: String) {
        let thread = Thread { [queue] in queue.runUntilStopped() }
        thread.name = name
        thread.stackSize = 1 << 20
        thread.start()
    }

    deinit {
        queue.stop()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        queue.add(UnownedJob(job), for: self)
    }
}

/// What waits for the thread. It does not know its executor, so that the thread does not keep it alive.
private final class JobQueue: Sendable {
    private struct State {
        var jobs: [(job: UnownedJob, executor: ThreadExecutor)] = []
        var isStopped = false
    }

    private let state = Mutex(State())
    private let arrived = DispatchSemaphore(value: 0)

    func add(_ job: UnownedJob, for executor: ThreadExecutor) {
        state.withLock { $0.jobs.append((job, executor)) }
        arrived.signal()
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        arrived.signal()
    }

    func runUntilStopped() {
        while true {
            arrived.wait()
            // The executor is held until its job is over: the job may drop the actor's last reference.
            let next = state.withLock { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }
            if let next {
                next.job.runSynchronously(on: next.executor.asUnownedSerialExecutor())
            } else if state.withLock({ $0.isStopped }) {
                return
            }
        }
    }
}
