/// A node with its interfaces by name, for the rules that follow them.
struct InterfaceLinks {
    let node: NodeDraft
    private let byName: [String: InterfaceDraft]

    /// Ethernet's MTU (RFC 894), which interfaces have that are not told another.
    static let usualMTU = 1500

    init(_ node: NodeDraft) {
        self.node = node
        byName = Dictionary(node.settings.interfaces.list.map { ($0.name.value, $0) }) { first, _ in first }
    }

    var name: String { quoted(node.name.value) }
    var interfaces: [InterfaceDraft] { node.settings.interfaces.list }

    /// Whether an interface that is not among these is certainly not there.
    var isComplete: Bool { !interfaces.isEmpty && !node.settings.interfaces.isUnreadable }

    subscript(name: String) -> InterfaceDraft? { byName[name] }

    /// The bond or bridge that an interface belongs to.
    func master(of name: String) -> InterfaceDraft? {
        interfaces.first { $0.members.contains { $0.value == name } }
    }

    /// The MTU of an interface: its own, or what the kernel gives it from those below it; nil for one that cannot be
    /// read.
    func mtu(of name: String, depth: Int = 0) -> Int? {
        guard let interface = byName[name], depth < 8 else { return Self.usualMTU }
        if interface.mtu.isUnreadable { return nil }
        if let own = interface.mtu.value { return own }
        if let link = interface.vlan.value?.link.value { return mtu(of: link, depth: depth + 1) }
        let members = interface.members.map { mtu(of: $0.value, depth: depth + 1) }
        guard let first = members.first else { return Self.usualMTU }
        return members.reduce(first) { least, next in least.flatMap { least in next.map { min(least, $0) } } }
    }

    /// The interface with the node's own address.
    var management: InterfaceDraft? {
        interfaces.first { interface in
            (interface.addresses.value ?? []).contains { word in
                switch word.value {
                case .management: true
                case .given(let given): given.address == node.address.value
                case .ipv6: false
                }
            }
        }
    }

    /// The VLAN interfaces on top of another one.
    func vlans(on link: String) -> [InterfaceDraft] { interfaces.filter { $0.vlan.value?.link.value == link } }
}

extension InterfaceDraft {
    /// The interfaces that a bond or a bridge takes in.
    var members: [Marked<String>] { bond.value?.members.value ?? bridge.value?.ports.value ?? [] }

    /// Every interface that this one needs.
    var links: [Marked<String>] { members + [vlan.value?.link.marked].compactMap { $0 } }

    /// Whether it is certainly nothing but a network card.
    var isPhysical: Bool { bond.isAbsent && vlan.isAbsent && bridge.isAbsent }

    /// `bond`, `vlan`, `bridge` or nothing, in the topology's words.
    var word: String {
        if !bond.isAbsent { return "a bond" }
        if !vlan.isAbsent { return "a VLAN" }
        return bridge.isAbsent ? "a network card" : "a bridge"
    }
}

extension Draft {
    /// The nodes whose interfaces the topology describes.
    var linkedNodes: [InterfaceLinks] {
        nodeList.filter { !$0.settings.interfaces.list.isEmpty }.map(InterfaceLinks.init)
    }
}
