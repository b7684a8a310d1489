import Foundation
import HTTP

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

    func send(_ method: VimMethod, through client: HTTPClient) async throws(Trouble) -> Answer {
        var headers = [
            ("Content-Type", "text/xml; charset=utf-8"),
            ("SOAPAction", version.map { "\"urn:vim25/\($0)\"" } ?? "\"urn:vim25\""),
        ]
        if let cookie { headers.append(("Cookie", cookie)) }
        let request = HTTPRequest(
            method: "POST", url: endpoint.url, headers: headers, body: .data(Data(try method.envelope().utf8)),
            timeout: endpoint.timeout)
        let answer: HTTPResponse
        do {
            answer = try await client.send(request)
        } catch {
            throw Trouble(error)
        }
        // A fault comes with the status 500.
        guard answer.status == 200 || answer.status == 500 else {
            throw Trouble(
                .httpStatus(answer.status), "the server answered with HTTP status \(answer.status)",
                hint: "is it a vCenter, and is no proxy in between?")
        }
        return Answer(
            response: try SOAPResponse(answer.body, to: method.name), cookie: SOAPRequest.sessionCookie(answer.headers))
    }

    static func sessionCookie(_ headers: [(String, String)]) -> String? {
        headers.lazy.filter { $0.0.lowercased() == "set-cookie" }
            .compactMap { $0.1.split(separator: ";").first?.trimmingCharacters(in: .whitespaces) }
            .first { $0.hasPrefix("vmware_soap_session=") }
    }
}
