import Foundation
import HTTP
import XML

/// How calls travel to one server: SOAP 1.1 over HTTPS, the session in a cookie.
struct SOAPRequest: Sendable {
    let endpoint: VCenterEndpoint
    /// The version of the API in which the server shall answer; nil before it is known.
    let version: String?
    /// `name=value` of the session cookie.
    let cookie: String?

    struct Answer: Sendable {
        let response: SOAPResponse
        /// The session cookie that the server set, if it did.
        let cookie: String?
    }

    /// Sends a call, again where that is right, and waits for its answer.
    func send(_ method: VimMethod, through client: HTTPClient) async throws(Trouble) -> Answer {
        try await patiently(method) { () throws(Trouble) in try await self.sendOnce(method, through: client) }
    }

    /// Does a call again that the server was not ready for, or, if it changes nothing, whose connection was lost.
    func patiently<T: Sendable>(
        _ method: VimMethod, _ body: @Sendable () async throws(Trouble) -> T
    ) async throws(Trouble) -> T {
        let deadline = ContinuousClock.now + (method.timeout ?? endpoint.timeout)
        var attempt = 0
        while true {
            do throws(Trouble) {
                return try await body()
            } catch {
                attempt += 1
                let wait = try error.pause(before: attempt, of: method)
                guard wait == .zero || ContinuousClock.now + wait < deadline else { throw error }
                do { try await Task.sleep(for: wait) } catch { throw Trouble(.cancelled, "cancelled") }
            }
        }
    }

    /// Sends a call and waits for its answer.
    ///
    /// - Parameter streaming: takes the elements of this name in each returned value as they come; they are not in the
    ///   answer then.
    func sendOnce(
        _ method: VimMethod, through client: HTTPClient,
        streaming: (name: String, take: @Sendable (XMLElement) throws(Trouble) -> Void)? = nil
    ) async throws(Trouble) -> Answer {
        let request = HTTPRequest(
            method: "POST", url: endpoint.url, headers: headers, body: .data(Data(try method.envelope().utf8)),
            timeout: method.timeout ?? endpoint.timeout)
        let decoding = SOAPDecoding(method.name, streaming: streaming)
        let answer: HTTPResponse
        do {
            answer = try await client.send(request) { piece in try decoding.take(piece) }
        } catch {
            throw decoding.trouble ?? Trouble(error)
        }
        if let refusal = Trouble(refusal: answer) { throw refusal }
        // A fault comes with the status 500, and such a body is not taken in pieces.
        let response = answer.status == 200 ? try decoding.finish() : try SOAPResponse(answer.body, to: method.name)
        return Answer(response: response, cookie: SOAPRequest.sessionCookie(answer.headers))
    }

    private var headers: [(String, String)] {
        var headers = [
            ("Content-Type", "text/xml; charset=utf-8"),
            ("SOAPAction", version.map { "\"urn:vim25/\($0)\"" } ?? "\"urn:vim25\""),
        ]
        if let cookie { headers.append(("Cookie", cookie)) }
        return headers
    }

    static func sessionCookie(_ headers: [(String, String)]) -> String? {
        headers.lazy.filter { $0.0.lowercased() == "set-cookie" }
            .compactMap { $0.1.split(separator: ";").first?.trimmingCharacters(in: .whitespaces) }
            .first { $0.hasPrefix("vmware_soap_session=") }
    }
}

extension Trouble {
    /// An HTTP status with which no vim25 server answers a call; nil for 200 and, of a fault, 500.
    fileprivate init?(refusal answer: HTTPResponse) {
        func header(_ name: String) -> String? { answer.headers.first { $0.0.lowercased() == name }?.1 }
        switch answer.status {
        case 200, 500:
            return nil
        case 300..<400:
            let place = header("location").map { " to \($0)" } ?? ""
            self.init(
                .httpStatus(answer.status), "the server sends elsewhere\(place) (HTTP status \(answer.status))",
                hint: "give the address at which the vCenter itself answers")
        case 503:
            self.init(
                .httpStatus(503), "the server is not ready (HTTP status 503)",
                hint: "its services may still be starting: look again in some minutes")
            retryAfter = header("retry-after").flatMap { Int($0) }.map { .seconds($0) }
        default:
            self.init(
                .httpStatus(answer.status), "the server answered with HTTP status \(answer.status)",
                hint: "is it a vCenter, and is no proxy in between?")
        }
    }
}
