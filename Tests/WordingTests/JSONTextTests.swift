import Foundation
import Testing
import Wording

@Suite("a JSON document")
struct JSONTextTests {
    private struct Run: Encodable {
        var startedAt = Date(timeIntervalSince1970: 0)
        var path = "/etc/nova"
    }

    @Test("has keys in order, plain slashes and ISO 8601 times")
    func shape() throws {
        #expect(
            try JSONText(Run()).text == """
                {
                  "path" : "/etc/nova",
                  "startedAt" : "1970-01-01T00:00:00Z"
                }
                """)
    }

    @Test("has snake_case keys where a report always had them")
    func keys() throws {
        #expect(try JSONText(Run(), keys: .convertToSnakeCase).text.contains("\"started_at\""))
    }
}
