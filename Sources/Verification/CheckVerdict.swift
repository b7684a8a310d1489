/// How a check ended.
public enum CheckVerdict: Sendable, Equatable {
    /// What was found, where that says more than the check's name.
    case passed(String?)
    case failed(CheckFailure)
    /// Not looked at, and why.
    case skipped(String)

    var failure: CheckFailure? {
        if case .failed(let failure) = self { failure } else { nil }
    }

    var isPassed: Bool {
        if case .passed = self { true } else { false }
    }

    var isSkipped: Bool {
        if case .skipped = self { true } else { false }
    }
}

/// Why a check failed: which layer, what it said, and where to look further.
public struct CheckFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The part of the cloud that the failure is seen in, which need not be to blame.
    public var layer: Layer
    /// What is wrong, with the service's own words in quotes.
    public var reason: String
    /// A log file and its node, or a command; nil where the reason says it all.
    public var look: String?

    /// The part of the cloud that a failure is seen in.
    public enum Layer: String, Sendable, CaseIterable, Codable {
        case keystone, nova, neutron, glance, cinder, placement, libvirt, vcenter, guest, polyvisor

        var title: String {
            switch self {
            case .keystone: "Keystone"
            case .nova: "Nova"
            case .neutron: "Neutron"
            case .glance: "Glance"
            case .cinder: "Cinder"
            case .placement: "Placement"
            case .libvirt: "libvirt"
            case .vcenter: "vCenter"
            case .guest: "the guest"
            case .polyvisor: "Polyvisor"
            }
        }
    }

    /// The failure as one sentence.
    public var description: String {
        "\(layer.title): \(reason)" + (look.map { "; look at \($0)" } ?? "")
    }
}

/// Flat, as readers of JSON like it: `result`, and `message`, `layer` and `look` where there are any.
extension CheckVerdict: Codable {
    private enum Key: String, CodingKey { case result, message, layer, look }
    private enum Result: String, Codable { case passed, failed, skipped }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        switch try values.decode(Result.self, forKey: .result) {
        case .passed: self = .passed(try values.decodeIfPresent(String.self, forKey: .message))
        case .skipped: self = .skipped(try values.decode(String.self, forKey: .message))
        case .failed:
            self = .failed(
                CheckFailure(
                    layer: try values.decode(CheckFailure.Layer.self, forKey: .layer),
                    reason: try values.decode(String.self, forKey: .message),
                    look: try values.decodeIfPresent(String.self, forKey: .look)))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        switch self {
        case .passed(let finding):
            try values.encode(Result.passed, forKey: .result)
            try values.encodeIfPresent(finding, forKey: .message)
        case .skipped(let reason):
            try values.encode(Result.skipped, forKey: .result)
            try values.encode(reason, forKey: .message)
        case .failed(let failure):
            try values.encode(Result.failed, forKey: .result)
            try values.encode(failure.reason, forKey: .message)
            try values.encode(failure.layer, forKey: .layer)
            try values.encodeIfPresent(failure.look, forKey: .look)
        }
    }
}
