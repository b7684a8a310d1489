import Foundation
import Testing

@testable import OpenStack

@Suite("An OpenStack error", .timeLimit(.minutes(1)))
struct OpenStackErrorTests {
    let stub: StubCloud

    init() throws { stub = try StubCloud() }

    /// Bodies as the services of Zed send them.
    static let bodies: [(String, String)] = [
        (
            #"{"error":{"code":404,"message":"Could not find project: x.","title":"Not Found"}}"#,
            "Could not find project: x."
        ),
        (
            #"{"badRequest": {"code": 400, "message": "Invalid input for field/attribute flavorRef."}}"#,
            "Invalid input for field/attribute flavorRef."
        ),
        (
            #"{"NeutronError": {"type": "NetworkNotFound", "message": "Network x could not be found.", "detail": ""}}"#,
            "Network x could not be found."
        ),
        (#"{"NeutronError": "Unable to complete operation"}"#, "Unable to complete operation"),
        (
            #"{"errors": [{"status": 404, "title": "Not Found", "detail": "No resource provider with uuid x found"}]}"#,
            "No resource provider with uuid x found"
        ),
        (#"{"message": "The server could not comply", "code": "404"}"#, "The server could not comply"),
        (
            """
            <html>
             <head>
              <title>403 Forbidden</title>
             </head>
             <body>
              <h1>403 Forbidden</h1>
              You are not authorized to complete publicize_image action.<br /><br />
             </body>
            </html>
            """, "403 Forbidden You are not authorized to complete publicize_image action."
        ),
        ("Invalid image id format: <x>", "Invalid image id format: <x>"),
        ("", "no message"), ("{}", "no message"), ("[1]", "[1]"),
    ]

    @Test("has the service's own words, whatever they are wrapped in", arguments: bodies)
    func message(_ body: String, _ words: String) {
        #expect(OpenStackError.message(in: Data(body.utf8)) == words)
    }

    @Test("is short, also where the service says a lot")
    func bounded() {
        #expect(OpenStackError.message(in: Data(repeating: 65, count: 1 << 20)).count == 500)
    }

    @Test("says what was done, the status, the words and the request")
    func text() async throws {
        stub.script(
            "POST /compute/v2.1/servers",
            Answer(
                403, ["forbidden": ["code": 403, "message": "Quota exceeded for instances"]],
                headers: ["x-openstack-request-id": "req-17"]))
        let server = NewServer(name: "vm1", image: "i", flavor: "f", network: "n", host: nil)
        let error = await failure { _ = try await stub.cloud().createServer(server) }
        #expect(error?.kind == .status(403) && error?.requestID == "req-17")
        #expect(error.map { "\($0)" } == "create server vm1: HTTP 403: Quota exceeded for instances (req-17)")
    }

    @Test("says where an answer is not as promised, without showing it")
    func shape() async throws {
        stub.script(
            "GET /network/v2.0/networks", Answer(200, ["networks": [["id": "n", "name": 7]]]),
            Answer(200, text: "s3cret"))
        let wrong = await failure { _ = try await stub.cloud().networks() }
        #expect(wrong?.kind == .unexpectedAnswer && wrong?.reason.hasSuffix("see networks.Index 0.name") == true)
        let none = await failure { _ = try await stub.cloud().networks() }
        #expect(none?.reason == "HTTP 200 with a body of another shape: it is no JSON of that kind")
    }
}
