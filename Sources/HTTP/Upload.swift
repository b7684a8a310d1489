internal import CCurl
import Foundation
import Synchronization

/// The body of a request on its way out, read piece by piece by the thread of the transfers.
final class Upload {
    /// Bytes; nil when nobody knows.
    let length: Int64?
    /// Why the body could not be read to its end.
    private(set) var trouble: String?
    private let source: Source
    private var sent: Int64 = 0
    private let progress: (@Sendable (Int64) -> Void)?

    private enum Source {
        case data(Data)
        case file(OpenFile)
        case stream(StreamFeed)
    }

    /// nil for no body at all; throws where the file cannot be read.
    init?(_ body: HTTPBody, wakeUp: @escaping @Sendable () -> Void) throws(FileProblem) {
        switch body {
        case .none: return nil
        case .data(let data): (source, length, progress) = (.data(data), Int64(data.count), nil)
        case .file(let path, let report):
            let file = try OpenFile(path)
            (source, length, progress) = (.file(file), file.size, report)
        case .stream(let count, let next):
            (source, length, progress) = (.stream(StreamFeed(next, wakeUp: wakeUp)), count, nil)
        }
    }

    deinit { if case .stream(let feed) = source { feed.stop() } }

    /// What curl's read callback returns: the bytes put into the buffer, or that it has to wait or give up.
    func supply(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        do {
            guard let count = try next(buffer) else { return Int(CURL_READFUNC_PAUSE) }
            sent += Int64(count)
            if count > 0 { progress?(sent) }
            return count
        } catch {
            trouble = error.reason
            return Int(CURL_READFUNC_ABORT)
        }
    }

    private func next(_ buffer: UnsafeMutableRawBufferPointer) throws(FileProblem) -> Int? {
        switch source {
        case .data(let data):
            let start = data.startIndex + Int(sent)
            let piece = data[start..<min(start + buffer.count, data.endIndex)]
            piece.copyBytes(to: buffer)
            return piece.count
        case .file(let file): return try file.read(into: buffer, from: sent)
        case .stream(let feed): return try feed.take(into: buffer)
        }
    }

    /// curl sends again from here when the server has closed a connection that was kept open.
    func rewind(to offset: Int64) -> Bool {
        if case .stream = source { return sent == offset }
        sent = offset
        return true
    }
}

/// Why a body could not be read.
struct FileProblem: Error { var reason: String }

/// A regular file that is open for reading; its size is what it was when it was opened.
final class OpenFile {
    let size: Int64
    private let descriptor: Int32
    private let path: String

    init(_ path: String) throws(FileProblem) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileProblem(reason: "\(path): \(String(cString: strerror(errno)))") }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw FileProblem(reason: "\(path) is not a regular file")
        }
        size = Int64(facts.st_size)
    }

    deinit { close(descriptor) }

    func read(into buffer: UnsafeMutableRawBufferPointer, from offset: Int64) throws(FileProblem) -> Int {
        let wanted = min(buffer.count, Int(size - offset))
        guard wanted > 0 else { return 0 }
        let count = pread(descriptor, buffer.baseAddress, wanted, off_t(offset))
        guard count >= 0 else { throw FileProblem(reason: "\(path): \(String(cString: strerror(errno)))") }
        // The server was promised `size` bytes and would wait for the others.
        guard count > 0 else { throw FileProblem(reason: "\(path) has become shorter while it was sent") }
        return count
    }
}

/// Pieces of a body that come from elsewhere, asked for one at a time.
final class StreamFeed: Sendable {
    private struct State {
        var piece = Data()
        /// How much of the piece has been taken.
        var taken = 0
        var ended = false
        var problem: String?
        var asking: Task<Void, Never>?
    }

    private let state = Mutex(State())
    private let next: @Sendable () async throws -> Data?
    private let wakeUp: @Sendable () -> Void

    init(_ next: @escaping @Sendable () async throws -> Data?, wakeUp: @escaping @Sendable () -> Void) {
        self.next = next
        self.wakeUp = wakeUp
    }

    /// nil: nothing is there yet; `wakeUp` is called when there is.
    func take(into buffer: UnsafeMutableRawBufferPointer) throws(FileProblem) -> Int? {
        let result: Result<Int?, FileProblem> = state.withLock { state in
            if let problem = state.problem { return .failure(FileProblem(reason: problem)) }
            if state.taken < state.piece.count {
                let rest = state.piece[(state.piece.startIndex + state.taken)...].prefix(buffer.count)
                rest.copyBytes(to: buffer)
                state.taken += rest.count
                return .success(rest.count)
            }
            if state.ended { return .success(0) }
            if state.asking == nil { state.asking = Task { await self.ask() } }
            return .success(nil)
        }
        return try result.get()
    }

    /// Ends the task that waits for the next piece.
    func stop() { state.withLock { $0.asking }?.cancel() }

    private func ask() async {
        let answer: Result<Data?, any Error>
        do {
            var piece = try await next()
            while piece?.isEmpty == true { piece = try await next() }
            answer = .success(piece)
        } catch {
            answer = .failure(error)
        }
        state.withLock { state in
            state.asking = nil
            switch answer {
            case .success(let piece?): (state.piece, state.taken) = (piece, 0)
            case .success(nil): state.ended = true
            case .failure(let error): state.problem = "the body's source failed: \(error)"
            }
        }
        wakeUp()
    }
}
