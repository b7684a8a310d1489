extension DraftReader {
    /// `{ macaddress: '52:54:00:00:00:01' }`, as netplan has it.
    func match(_ given: Given<YAMLNode>, at mark: Mark) -> Given<String> {
        guard let node = given.value else { return given.isAbsent ? .absent : .unreadable }
        guard let fields = Fields<MatchKey>(node, "match", at: mark, log) else { return .unreadable }
        fields.require(.macaddress)
        return fields.read(.macaddress, macAddress)
    }

    private func macAddress(_ node: YAMLNode) -> String? {
        let expected = "a MAC address such as 52:54:00:12:34:56"
        guard let text = values.text(node, expected)?.lowercased() else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy(isHexDigit) }),
            let first = UInt8(parts[0], radix: 16)
        else {
            log.error(node.start, "expected \(expected), found \(quoted(text))")
            return nil
        }
        guard first & 1 == 0 else {
            log.error(node.start, "\(text) is the address of a group, not of a card")
            return nil
        }
        return text
    }

    /// `{ to: 198.51.100.0/24, via: 192.0.2.254 }`
    func route(_ node: YAMLNode) -> RouteDraft? {
        guard let fields = Fields<RouteKey>(node, "route", at: node.start, log) else { return nil }
        fields.require(.to, .via)
        let destination = fields.read(.to, destination).value
        let router = fields.read(.via, router)
        guard let destination, let via = router.marked else { return nil }
        let isIPv6 = if case .ipv6 = via.value { true } else { false }
        if let other = destination.isIPv6, other != isIPv6 {
            log.error(via.mark, "a route of IPv4 needs a router of IPv4, and one of IPv6 a router of IPv6")
            return nil
        }
        return RouteDraft(destination: destination.text, router: via.value)
    }

    /// A network with its prefix, or `default`, which is of the router's kind.
    private func destination(_ node: YAMLNode) -> (text: String, isIPv6: Bool?)? {
        let expected = "a network such as 198.51.100.0/24 or 2001:db8::/32, or default"
        guard let text = values.text(node, expected) else { return nil }
        if text == "default" { return (text, nil) }
        if let network = ipv6Address(text) { return (network.description, true) }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 2, let base = IPv4Address(parts[0]), let length = Int(parts[1]),
            let network = IPv4Network(base: base, prefixLength: length)
        {
            return length == 0 ? ("default", false) : (network.description, false)
        }
        log.error(node.start, "expected \(expected), found \(quoted(text))")
        return nil
    }

    private func router(_ node: YAMLNode) -> RouteDraft.Router? {
        let expected = "the address of a router"
        guard let text = values.text(node, expected) else { return nil }
        if let address = IPv4Address(text) { return .ipv4(address) }
        if let address = IPv6Address(text) { return .ipv6(address) }
        log.error(node.start, "expected \(expected), found \(quoted(text))")
        return nil
    }

    /// `2001:db8::10/64`
    func ipv6Address(_ text: String) -> IPv6InterfaceAddress? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPv6Address(parts[0]), let length = Int(parts[1]),
            String(length) == parts[1], (0...128).contains(length)
        else { return nil }
        return IPv6InterfaceAddress(address: address, prefixLength: length)
    }
}
