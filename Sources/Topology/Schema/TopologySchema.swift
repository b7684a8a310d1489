/// The JSON Schema of a topology file (draft 2020-12), for editors.
///
/// It has what can be said of the form: keys, types, ranges and choices. What one part of the file demands of another,
/// such as that a cluster exists, only `polyvisor validate` knows.
public enum TopologySchema {
    /// The schema as JSON text; the same bytes each time.
    public static var text: String { document.printed() + "\n" }

    static var document: JSONValue {
        var members: [(String, JSONValue)] = [
            ("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
            ("title", .text("Polyvisor topology")),
        ]
        guard case .object(let top) = mapping(LabKey.self, required: [.lab, .release, .nodes, .networks], of: lab)
        else {
            return .object(members)
        }
        members += top
        members.append(("patternProperties", .object([("^x-", .object([]))])))
        members.append(("$defs", .object(definitions)))
        return .object(members)
    }

    // MARK: Building blocks

    /// A mapping with exactly these keys; `null` stands for a key without a value, which is refused.
    private static func mapping<Key: TopologyKey>(
        _: Key.Type, required: [Key] = [], of property: (Key) -> JSONValue
    ) -> JSONValue {
        .object([
            ("type", .text("object")),
            ("properties", .object(Key.allCases.map { ($0.rawValue, property($0)) })),
            ("required", .list(required.map { .text($0.rawValue) })),
            ("additionalProperties", .flag(false)),
        ])
    }

    /// A mapping from names that the user chooses.
    private static func named(_ value: JSONValue, pattern: String? = nil) -> JSONValue {
        var members: [(String, JSONValue)] = [("type", .text("object")), ("additionalProperties", value)]
        if let pattern { members.append(("propertyNames", .object([("pattern", .text(pattern))]))) }
        return .object(members)
    }

    /// Text on one line; YAML's numbers are taken as they are written.
    private static let line = JSONValue.object([
        ("type", .list([.text("string"), .text("number")])), ("minLength", .number(1)),
    ])

    /// A name, which may look like a number.
    private static func name(_ pattern: String) -> JSONValue {
        .object([("type", .list([.text("string"), .text("number")])), ("pattern", .text(pattern))])
    }

    private static func text(_ pattern: String) -> JSONValue {
        .object([("type", .text("string")), ("pattern", .text(pattern))])
    }

    private static func integer(_ range: ClosedRange<Int>) -> JSONValue {
        .object([
            ("type", .text("integer")), ("minimum", .number(range.lowerBound)), ("maximum", .number(range.upperBound)),
        ])
    }

    private static func choice(_ names: [String]) -> JSONValue { .object([("enum", .list(names.map(JSONValue.text)))]) }

    private static func choice<Choice: RawRepresentable<String> & CaseIterable>(_: Choice.Type) -> JSONValue {
        choice(Choice.allCases.map(\.rawValue))
    }

    private static func list(_ item: JSONValue, atLeast count: Int = 0) -> JSONValue {
        .object([("type", .text("array")), ("items", item), ("minItems", .number(count))])
    }

    private static func reference(_ name: String) -> JSONValue { .object([("$ref", .text("#/$defs/\(name)"))]) }

    private static let number = JSONValue.object([("type", .text("number"))])
    private static let boolean = JSONValue.object([("type", .text("boolean"))])
    private static let octet = #"(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"#
    private static let address = text("^\(octet)(\\.\(octet)){3}$")
    private static let network = text("^\(octet)(\\.\(octet)){3}/([89]|[12][0-9])$")
    private static let label = #"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"#

    // MARK: The file

    private static func lab(_ key: LabKey) -> JSONValue {
        switch key {
        case .lab: name(#"^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$"#)
        case .release: line
        case .provider: choice(Provider.self)
        case .mechanismDriver: choice(MechanismDriver.self)
        case .apiAddress: address
        case .sharedInstancesPath: boolean
        case .scheduling: mapping(SchedulingKey.self) { _ in named(number) }
        case .aggregates: named(mapping(AggregateKey.self, required: [.hosts], of: aggregate))
        case .defaults: reference("settings")
        case .groups: named(reference("settings"))
        case .nodes: named(mapping(NodeKey.self, required: [.address, .roles], of: node), pattern: label)
        case .vcenters:
            named(
                mapping(VCenterKey.self, required: [.address, .username, .datacenter, .clusters], of: vcenter),
                pattern: label)
        case .networks: networks
        case .flavors: named(reference("flavor"))
        case .images: named(mapping(ImageKey.self, required: [.hypervisors], of: image))
        case .verify: mapping(VerifyKey.self, of: verify)
        case .overrides: named(named(overrides))
        case .pluginSections: named(list(line))
        case .novaNetwork: mapping(NovaNetworkKey.self, of: novaNetwork)
        }
    }

    private static func novaNetwork(_ key: NovaNetworkKey) -> JSONValue {
        switch key {
        case .multiHost, .externalGateway: boolean
        case .flatNetworkBridge, .publicInterface: line
        }
    }

    private static var definitions: [(String, JSONValue)] {
        [
            ("settings", mapping(SettingsKey.self, of: settings)),
            ("interface", mapping(InterfaceKey.self, of: interface)),
            ("capacity", mapping(CapacityKey.self, of: capacity)),
            ("flavor", mapping(FlavorKey.self, required: [.vcpus, .ramMB, .diskGB], of: flavor)),
            ("value", .object([("type", .list(["string", "number", "boolean"].map(JSONValue.text)))])),
        ]
    }

    /// `OPTION: VALUE`, a list, `{ append: … }`; `replace` for a section; a path for a whole file.
    private static var overrides: JSONValue {
        let values = JSONValue.object([("anyOf", .list([reference("value"), list(reference("value"))]))])
        let append = JSONValue.object([
            ("type", .text("object")), ("properties", .object([("append", values)])),
            ("required", .list([.text("append")])), ("additionalProperties", .flag(false)),
        ])
        let option = JSONValue.object([("anyOf", .list([reference("value"), list(reference("value")), append]))])
        let replace = JSONValue.object([
            ("type", .text("object")), ("properties", .object([("replace", named(option))])),
            ("required", .list([.text("replace")])), ("additionalProperties", .flag(false)),
        ])
        let section = JSONValue.object([("anyOf", .list([named(option), replace]))])
        return .object([("anyOf", .list([line, named(section)]))])
    }

    private static var networks: JSONValue {
        .object([
            ("type", .text("object")),
            ("properties", .object([("management", mapping(ManagementKey.self, required: [.cidr]) { _ in network })])),
            ("required", .list([.text("management")])),
            ("additionalProperties", mapping(NetworkKey.self, required: [.type, .cidr], of: network)),
            ("minProperties", .number(2)),
        ])
    }

    private static func network(_ key: NetworkKey) -> JSONValue {
        switch key {
        case .type: choice(NetworkWord.self)
        case .physicalNetwork: name("^[^:, ]+$")
        case .vlan: integer(1...4094)
        case .cidr: network
        case .gateway: address
        case .allocationPool: mapping(PoolKey.self, required: [.first, .last]) { _ in address }
        case .dnsServers: list(address)
        case .portGroup: line
        }
    }

    // MARK: Nodes

    private static func node(_ key: NodeKey) -> JSONValue {
        switch key {
        case .address: address
        case .roles: list(choice(Role.self), atLeast: 1)
        case .hypervisor: choice(HypervisorKind.self)
        case .clusters: list(text("^[^/]+/[^/]+$"))
        case .esxiAddress, .esxiUsername, .group: line
        case .esxiPassword: secret
        case .volumeBackends: list(line, atLeast: 1)
        case .volumeGroup: line
        case .capacity: reference("capacity")
        default: SettingsKey(rawValue: key.rawValue).map(settings) ?? other(key.rawValue)
        }
    }

    private static func settings(_ key: SettingsKey) -> JSONValue {
        switch key {
        case .ssh: mapping(SSHKey.self, of: ssh)
        case .physicalInterfaces: named(name("^[^/:, ]{1,15}$"))
        case .availabilityZone: line
        case .interfaces: named(reference("interface"))
        case .networkConfig: choice(NetworkConfig.self)
        case .traffic: mapping(TrafficKey.self) { _ in line }
        }
    }

    private static func ssh(_ key: SSHKey) -> JSONValue {
        switch key {
        case .port: integer(1...65535)
        case .user, .identityFile, .knownHosts: line
        }
    }

    private static func interface(_ key: InterfaceKey) -> JSONValue {
        switch key {
        case .addresses: list(line)
        case .gateway: address
        case .dnsServers: list(address)
        case .mtu: integer(576...65535)
        case .bond: mapping(BondKey.self, required: [.mode, .members], of: bond)
        case .vlan: mapping(VLANKey.self, required: [.id, .link]) { $0 == .id ? integer(1...4094) : line }
        case .bridge: mapping(BridgeKey.self, of: bridge)
        case .match: mapping(MatchKey.self, required: [.macaddress]) { _ in line }
        case .dhcp4: boolean
        case .routes: list(mapping(RouteKey.self, required: [.to, .via]) { _ in line })
        case .trunk: list(.object([("type", .list([.text("string"), .text("integer")]))]))
        }
    }

    private static func bridge(_ key: BridgeKey) -> JSONValue {
        switch key {
        case .ports: list(line)
        case .stp: boolean
        case .forwardDelay: integer(0...30)
        case .type: choice(BridgeType.self)
        }
    }

    private static func bond(_ key: BondKey) -> JSONValue {
        switch key {
        case .mode: choice(BondMode.self)
        case .members: list(line)
        case .miimon: integer(1...60_000)
        case .lacpRate: choice(LACPRate.self)
        case .transmitHashPolicy: choice(TransmitHashPolicy.self)
        case .primary: line
        case .minLinks: integer(0...255)
        case .updelay, .downdelay: integer(0...600_000)
        case .adSelect: choice(ADSelect.self)
        case .arpInterval: integer(1...600_000)
        case .arpIPTargets: list(address)
        }
    }

    // MARK: vCenters

    /// Where a secret comes from: one way of them.
    private static let secret = JSONValue.object([
        ("type", .text("object")),
        ("properties", .object(SecretKey.allCases.map { ($0.rawValue, reference("value")) })),
        ("additionalProperties", .flag(false)), ("minProperties", .number(1)), ("maxProperties", .number(1)),
    ])

    private static func vcenter(_ key: VCenterKey) -> JSONValue {
        switch key {
        case .port: integer(1...65535)
        case .password: secret
        case .thumbprint: name("^([0-9A-Fa-f]:?){64}$")
        case .insecure: boolean
        case .clusters: named(.object([("anyOf", .list([cluster, .object([("type", .text("null"))])]))]))
        case .imageDatastores: list(line)
        default: line
        }
    }

    private static var cluster: JSONValue {
        mapping(ClusterKey.self) { key in
            switch key {
            case .hosts: list(address)
            case .primeImageCache: boolean
            case .capacity: reference("capacity")
            default: line
            }
        }
    }

    // MARK: Resources

    private static func flavor(_ key: FlavorKey) -> JSONValue {
        switch key {
        case .vcpus: integer(1...1024)
        case .ramMB: integer(1...16_777_216)
        case .diskGB: integer(0...65_536)
        case .extraSpecs: named(reference("value"))
        }
    }

    private static func aggregate(_ key: AggregateKey) -> JSONValue {
        key == .hosts ? list(line) : named(reference("value"))
    }

    private static func capacity(_ key: CapacityKey) -> JSONValue {
        switch key {
        case .vcpus: integer(1...65_536)
        case .ramMB: integer(1...1_073_741_824)
        case .diskGB: integer(0...16_777_216)
        }
    }

    private static func image(_ key: ImageKey) -> JSONValue {
        switch key {
        case .file: line
        case .builtin: choice(["tiny-guest"])
        case .hypervisors: list(choice(HypervisorKind.self))
        case .properties: named(reference("value"))
        }
    }

    private static func verify(_ key: VerifyKey) -> JSONValue {
        switch key {
        case .image, .network: line
        case .flavor: .object([("anyOf", .list([line, reference("flavor")]))])
        case .timeoutSeconds: integer(1...86_400)
        }
    }

    /// A key of which the schema says nothing more.
    private static func other(_ key: String) -> JSONValue { .object([("description", .text(key))]) }
}
