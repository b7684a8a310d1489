import Foundation
import Topology

/// The secrets of a lab: made once, kept in `secrets.json` with mode 0600, never printed.
struct SecretStore: Sendable {
    private let state: LabState
    private var values: [String: Secret]
    private static let file = "secrets.json"

    /// Reads the store, or begins an empty one.
    init(_ state: LabState) throws {
        self.state = state
        values = try Self.read(state)
    }

    private static func read(_ state: LabState) throws -> [String: Secret] {
        guard state.has(file) else { return [:] }
        do {
            let data = try state.read(file) ?? Data()
            return try JSONDecoder().decode([String: String].self, from: data).mapValues { Secret($0) }
        } catch {
            // The decoder's own words could quote the content.
            throw SecretProblem(
                what: "\(state.path(file)) is not a store of secrets",
                hint: "restore it from a copy, or remove the lab with `polyvisor down` and bring it up again")
        }
    }

    /// The secrets with these names; the missing ones are made and kept before they are handed out.
    ///
    /// Two that make secrets at the same time, such as `render` beside `up`, get the same ones.
    mutating func secrets(named names: [SecretName]) throws -> [SecretName: Secret] {
        if names.contains(where: { values[$0.rawValue] == nil }) {
            let lock = try state.turn(at: "secrets.lock")
            defer { withExtendedLifetime(lock) {} }
            values = try Self.read(state)
            for name in names where values[name.rawValue] == nil { values[name.rawValue] = .generated() }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            try state.write(encoder.encode(values.mapValues { $0.reveal() }), to: Self.file)
        }
        return Dictionary(
            uniqueKeysWithValues: names.compactMap { name in values[name.rawValue].map { (name, $0) } })
    }
}
