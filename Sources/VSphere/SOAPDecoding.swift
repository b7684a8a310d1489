import Foundation
import Synchronization
import XML

/// The answer to one call, decoded while it comes.
final class SOAPDecoding: Sendable {
    private struct State {
        var parsing: XMLParsing?
        var trouble: Trouble?
    }

    private let method: StaticString
    private let streaming: (name: String, take: @Sendable (XMLElement) throws(Trouble) -> Void)?
    private let limits: XMLDecoder.Limits
    private let state = Mutex(State())

    /// Envelope, Body, Response, returnval.
    private static let depthOfStreamed = 5

    init(
        _ method: StaticString, limits: XMLDecoder.Limits = .init(),
        streaming: (name: String, take: @Sendable (XMLElement) throws(Trouble) -> Void)? = nil
    ) {
        self.method = method
        self.limits = limits
        self.streaming = streaming
    }

    /// Why the answer could not be decoded so far.
    var trouble: Trouble? { state.withLock { $0.trouble } }

    /// The next bytes of the answer.
    func take(_ piece: Data) throws {
        try state.withLock { state in
            if let trouble = state.trouble { throw trouble }
            do {
                try parsing(&state).take(piece)
            } catch {
                let trouble = Trouble(decoding: error)
                state.trouble = trouble
                throw trouble
            }
        }
    }

    /// The answer, all of which has come.
    func finish() throws(Trouble) -> SOAPResponse {
        let root = state.withLock { state -> Result<XMLElement, Trouble> in
            if let trouble = state.trouble { return .failure(trouble) }
            // libcurl takes a head that was cut off for the whole answer.
            if state.parsing == nil {
                return .failure(Trouble(.connection, "the answer is empty: the connection may have been cut"))
            }
            return Result { () throws in try parsing(&state).finish() }.mapError(Trouble.init(decoding:))
        }
        return try SOAPResponse(try root.get(), to: method)
    }

    private func parsing(_ state: inout State) throws -> XMLParsing {
        if let parsing = state.parsing { return parsing }
        let new =
            if let streaming {
                try XMLParsing(
                    limits: limits, streamed: .init(name: streaming.name, depth: Self.depthOfStreamed),
                    emit: streaming.take)
            } else {
                try XMLParsing(limits: limits)
            }
        state.parsing = new
        return new
    }
}
