enum NovaNetworkKey: String, TopologyKey {
    case multiHost = "multi_host"
    case flatNetworkBridge = "flat_network_bridge"
    case publicInterface = "public_interface"
    case externalGateway = "external_gateway"
    static let heading = "nova_network"
}

extension DraftReader {
    func novaNetwork(_ node: YAMLNode, at mark: Mark) -> NovaNetwork? {
        guard let fields = Fields<NovaNetworkKey>(node, "nova_network", at: mark, log) else { return nil }
        func interface(_ key: NovaNetworkKey) -> String? {
            fields.read(key) { values.name($0, "network interface", NamePattern.interface) }.value
        }
        var made = NovaNetwork(mark: mark)
        made.multiHost = fields.read(.multiHost) { values.boolean($0) }.value
        made.flatNetworkBridge = interface(.flatNetworkBridge) ?? made.flatNetworkBridge
        made.publicInterface = interface(.publicInterface) ?? made.publicInterface
        made.externalGateway = fields.read(.externalGateway) { values.boolean($0) }.value ?? false
        return made
    }
}
