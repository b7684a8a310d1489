import Foundation
import HTTP

extension Cloud {
    /// GET, decoded.
    func get<T: Decodable>(_ service: Service, _ path: String, as type: T.Type, doing: String) async throws -> T {
        let response = try await succeed(Call(service: service, path: path, doing: doing))
        return try Self.decode(type, from: response, doing: doing)
    }

    /// GET, decoded; nil where there is no such thing.
    func find<T: Decodable>(_ service: Service, _ path: String, as type: T.Type, doing: String) async throws -> T? {
        let response = try await succeed(Call(service: service, path: path, doing: doing), accepting: [404])
        return response.status == 404 ? nil : try Self.decode(type, from: response, doing: doing)
    }

    /// POST, whose answer is decoded.
    func post<T: Decodable>(
        _ service: Service, _ path: String, _ body: some Encodable, as type: T.Type, doing: String
    ) async throws -> T {
        let call = Call(method: "POST", service: service, path: path, doing: doing, body: try json(body))
        return try Self.decode(type, from: try await succeed(call), doing: doing)
    }

    /// A call whose answer's body does not matter.
    func tell(
        _ method: String, _ service: Service, _ path: String, _ body: (any Encodable)? = nil, doing: String
    ) async throws {
        try await succeed(
            Call(
                method: method, service: service, path: path, doing: doing, body: try body.map { try json($0) } ?? .none
            ))
    }

    /// DELETE; what is not there is deleted.
    func delete(_ service: Service, _ path: String, doing: String) async throws {
        try await succeed(Call(method: "DELETE", service: service, path: path, doing: doing), accepting: [404])
    }

    /// Looks for something, makes it when it is missing, and looks again when another was faster.
    func ensure(
        find: () async throws -> String?, make: () async throws -> String
    ) async throws -> Ensured {
        if let id = try await find() { return Ensured(id: id, changed: false) }
        do {
            return Ensured(id: try await make(), changed: true)
        } catch let error as OpenStackError where error.kind == .status(409) {
            guard let id = try await find() else { throw error }
            return Ensured(id: id, changed: false)
        }
    }

    nonisolated func json(_ body: some Encodable) throws -> HTTPBody {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return .data(try encoder.encode(body))
    }
}

/// Something that was to be there, and is now.
public struct Ensured: Sendable, Equatable {
    /// The id that the service gave it.
    public let id: String
    /// Whether anything had to be made or mended.
    public let changed: Bool
}

/// A value for a path or a query of a URL.
func escaped(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .urlUnreserved) ?? text
}

extension CharacterSet {
    /// RFC 3986 §2.3; `alphanumerics` would let letters of other scripts through.
    fileprivate static let urlUnreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}

/// Something with an id and a name, which most things are.
struct Named: Decodable {
    var id: String
    var name: String
}

/// A key whose name is known only when it is read.
struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension KeyedDecodingContainer {
    /// An id, which Nova wrote as a number before it wrote UUIDs (API 2.53).
    func id(forKey key: Key) throws -> String {
        if let number = try? decode(Int.self, forKey: key) { return String(number) }
        return try decode(String.self, forKey: key)
    }
}
