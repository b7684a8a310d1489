/// `traffic` of a node, a group or `defaults`, kind by kind.
struct TrafficDraft: Sendable {
    var overlay: Given<TrafficWord> = .absent
    var storage: Given<TrafficWord> = .absent

    /// These, and the others where these say nothing.
    func over(_ other: TrafficDraft) -> TrafficDraft {
        TrafficDraft(overlay: overlay.or(other.overlay), storage: storage.or(other.storage))
    }
}

/// Where a kind of traffic goes.
enum TrafficWord: Sendable, Equatable {
    /// One of the node's `interfaces`, by whose address.
    case interface(String)
    /// An address of the node whose interfaces the topology leaves alone.
    case address(IPv4Address)
}

extension DraftReader {
    func traffic(_ node: YAMLNode?, at mark: Mark) -> TrafficDraft {
        guard let node, let fields = Fields<TrafficKey>(node, "traffic", at: mark, log) else { return TrafficDraft() }
        return TrafficDraft(
            overlay: fields.read(.overlay, trafficWord), storage: fields.read(.storage, trafficWord))
    }

    private func trafficWord(_ node: YAMLNode) -> TrafficWord? {
        let expected = "an interface of the node, or its address there"
        guard let text = values.text(node, expected) else { return nil }
        if let address = IPv4Address(text) { return .address(address) }
        return values.name(node, "network interface", NamePattern.interface).map { .interface($0) }
    }
}

extension NodeDraft {
    /// The address that a kind of traffic uses here; nil where it has none of its own, or none that can be told.
    func address(of word: Given<TrafficWord>) -> IPv4Address? {
        switch word.value {
        case nil: nil
        case .address(let address): address
        case .interface(let name):
            settings.interfaces.list.first { $0.name.value == name }?.allAddresses(of: self).first?.value
        }
    }
}

extension Traffic {
    init(_ draft: NodeDraft) {
        let traffic = draft.settings.traffic
        self.init(overlay: draft.address(of: traffic.overlay), storage: draft.address(of: traffic.storage))
    }
}
