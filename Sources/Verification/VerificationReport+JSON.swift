public import Foundation
import Wording

extension VerificationReport {
    /// The report as JSON, its keys in alphabetical order. A key that is described as optional may be null or missing.
    ///
    /// - Top: `run`, `lab`, `release` (strings), `started` (ISO 8601, UTC), `seconds`, `cancelled`, `warnings` and
    ///   `notes` (lists of strings), `hypervisors`.
    /// - A hypervisor: `host`, `verdict` (`passed` or `failed`), `checks`; optional `type`, `node`, `service_version`,
    ///   `instance` (a UUID),
    ///   `seconds_to_active`, `seconds_to_guest_ready`, and `phases` of the boot: `name`, `starts`, `seconds`.
    /// - A check: `name` (a `CheckName`), `title`, `result` (`passed`, `failed` or `skipped`), `seconds`, `starts`
    ///   (optional: seconds since the run began); `message`: what
    ///   was found (optional), what is wrong, or why it was skipped; of a failure also `layer` and, optional, `look`.
    public func json() throws -> Data {
        try JSONText(self, keys: .convertToSnakeCase).data + Data("\n".utf8)
    }

    /// Reads what `json` wrote.
    ///
    /// - Throws: `DecodingError` if it is no such report.
    public init(json: Data) throws {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(VerificationReport.self, from: json)
    }
}

/// The verdict is written for readers, and found again from the checks.
extension HypervisorReport: Codable {
    private enum Key: String, CodingKey {
        case host, type, node, serviceVersion, instance, secondsToActive, secondsToGuestReady, phases, checks, verdict
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        host = try values.decode(String.self, forKey: .host)
        type = try values.decodeIfPresent(String.self, forKey: .type)
        node = try values.decodeIfPresent(String.self, forKey: .node)
        serviceVersion = try values.decodeIfPresent(String.self, forKey: .serviceVersion)
        instance = try values.decodeIfPresent(String.self, forKey: .instance)
        secondsToActive = try values.decodeIfPresent(Double.self, forKey: .secondsToActive)
        secondsToGuestReady = try values.decodeIfPresent(Double.self, forKey: .secondsToGuestReady)
        phases = try values.decodeIfPresent([BootPhase].self, forKey: .phases) ?? []
        checks = try values.decode([CheckReport].self, forKey: .checks)
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(host, forKey: .host)
        try values.encode(type, forKey: .type)
        try values.encode(node, forKey: .node)
        try values.encodeIfPresent(serviceVersion, forKey: .serviceVersion)
        try values.encode(instance, forKey: .instance)
        try values.encode(secondsToActive, forKey: .secondsToActive)
        try values.encode(secondsToGuestReady, forKey: .secondsToGuestReady)
        try values.encode(verdict, forKey: .verdict)
        try values.encode(phases, forKey: .phases)
        try values.encode(checks, forKey: .checks)
    }
}

extension CheckReport: Codable {
    private enum Key: String, CodingKey { case name, title, seconds, starts }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        name = try values.decode(CheckName.self, forKey: .name)
        seconds = try values.decode(Double.self, forKey: .seconds)
        starts = try values.decodeIfPresent(Double.self, forKey: .starts)
        verdict = try CheckVerdict(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(name, forKey: .name)
        try values.encode(name.title, forKey: .title)
        try values.encode(seconds, forKey: .seconds)
        try values.encodeIfPresent(starts, forKey: .starts)
        try verdict.encode(to: encoder)
    }
}
