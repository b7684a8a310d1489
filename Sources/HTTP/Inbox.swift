import Foundation
import Synchronization

/// What others tell the thread of a `TransferLoop`: they leave a note, and a byte in a pipe wakes the thread.
final class Inbox: Sendable {
    enum Note: Sendable {
        case begin(Order)
        /// The body of this order has more to send.
        case resume(Order)
        case cancel(Order)
        /// No order will come after this.
        case close
    }

    private let notes = Mutex<[Note]>([])
    /// The loop polls this descriptor.
    let wakeUp: Int32
    private let bell: Int32

    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        (wakeUp, bell) = (ends[0], ends[1])
    }

    deinit {
        close(wakeUp)
        close(bell)
    }

    func put(_ note: Note) {
        notes.withLock { $0.append(note) }
        var byte: UInt8 = 1
        // A full pipe wakes the thread just as well.
        _ = write(bell, &byte, 1)
    }

    func takeAll() -> [Note] {
        var rung = [UInt8](repeating: 0, count: 512)
        while read(wakeUp, &rung, rung.count) > 0 {}
        return notes.withLock { notes in
            defer { notes = [] }
            return notes
        }
    }
}

/// A request on its way through the loop.
final class Order: Sendable {
    let request: HTTPRequest
    /// Takes the body of a successful response piece by piece; nil: it is collected.
    let receive: (@Sendable (Data) throws -> Void)?
    private let answer: @Sendable (Result<HTTPResponse, HTTPError>) -> Void
    private let cancelled = Atomic(false)

    init(
        _ request: HTTPRequest, receive: (@Sendable (Data) throws -> Void)?,
        answer: @escaping @Sendable (Result<HTTPResponse, HTTPError>) -> Void
    ) {
        self.request = request
        self.receive = receive
        self.answer = answer
    }

    var isCancelled: Bool { cancelled.load(ordering: .relaxed) }
    func cancel() { cancelled.store(true, ordering: .relaxed) }

    /// To be called once, by the loop.
    func finish(_ result: Result<HTTPResponse, HTTPError>) { answer(result) }

    func fail(_ kind: HTTPError.Kind, _ reason: String) {
        finish(.failure(HTTPError(kind, doing: "\(request)", reason: reason)))
    }
}
