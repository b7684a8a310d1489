import Foundation
import HTTP

extension Cloud {
    /// GET, decoded; the status must be 200.
    func get<T: Decodable>(_ service: Service, _ path: String, as type: T.Type, doing: String) async throws -> T {
        let response = try await send("GET", service, path, doing: doing)
        guard response.status == 200 else { throw OpenStackError(response, doing: doing) }
        return try Self.decode(type, from: response, doing: doing)
    }

    /// A request with a JSON body whose answer has a body.
    func call<Body: Encodable, T: Decodable>(
        _ method: String, _ service: Service, _ path: String, _ body: Body, as type: T.Type, doing: String
    ) async throws -> T {
        let response = try await send(method, service, path, body: try json(body), doing: doing)
        guard (200..<300).contains(response.status) else { throw OpenStackError(response, doing: doing) }
        return try Self.decode(type, from: response, doing: doing)
    }

    /// A request whose answer's body does not matter; `accepting` names statuses that are as good as success.
    func call(
        _ method: String, _ service: Service, _ path: String, _ body: (any Encodable)? = nil, doing: String,
        accepting: [Int] = []
    ) async throws {
        let response = try await send(
            method, service, path, body: try body.map { try json($0) } ?? .none, doing: doing)
        guard (200..<300).contains(response.status) || accepting.contains(response.status) else {
            throw OpenStackError(response, doing: doing)
        }
    }

    private func json(_ body: some Encodable) throws -> HTTPBody { .data(try JSONEncoder().encode(body)) }
}

/// A value for a path or a query of a URL.
func escaped(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "-._~"))) ?? text
}

/// Something with an id and a name, which most things are.
struct Named: Decodable {
    var id: String
    var name: String
}
