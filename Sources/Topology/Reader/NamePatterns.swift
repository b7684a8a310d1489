/// Which texts may be names of what. Each returns what is wrong with a text, or nil.
enum NamePattern {
    /// `Lab.name`: part of interface names, which Linux limits to 15 characters.
    static func lab(_ text: String) -> String? {
        if text.utf8.count > 12 { return "it has more than 12 characters" }
        return label(text)
    }

    /// One label of a host name (RFC 1123 §2.1), in lower case because OpenStack compares host names as text.
    static func label(_ text: String) -> String? {
        let isAllowed = text.utf8.allSatisfy { isLower($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
        if !isAllowed { return "only lower-case letters, digits and hyphens are allowed" }
        if text.hasPrefix("-") || text.hasSuffix("-") { return "it may not begin or end with a hyphen" }
        return text.utf8.count > 63 ? "it has more than 63 characters" : nil
    }

    /// Names of nodes: not those that mean something else in /etc/hosts and in `overrides`.
    static func node(_ text: String) -> String? {
        if text == "localhost" { return "every machine calls itself so" }
        if text == "all" { return "in overrides it means every node" }
        if text.utf8.allSatisfy(isDigit) { return "a host name of digits alone reads as an address" }
        return label(text)
    }

    /// Keys of clusters: part of nova-compute's host name.
    static func cluster(_ text: String) -> String? {
        let isAllowed = text.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        guard isAllowed, let first = text.utf8.first, isWord(first) else {
            return "only letters, digits, hyphens and underscores are allowed, a letter or digit first"
        }
        return text.utf8.count > 60 ? "it has more than 60 characters" : nil
    }

    /// Names in Glance, Neutron and Nova's flavors, and of groups.
    static func resource(_ text: String) -> String? {
        let isAllowed = text.utf8.allSatisfy { isWord($0) || " ._-".utf8.contains($0) }
        guard isAllowed, let first = text.utf8.first, isWord(first), text.utf8.last != UInt8(ascii: " ") else {
            return "only letters, digits, blanks, dots, hyphens and underscores are allowed, a letter or digit first"
        }
        return text.utf8.count > 60 ? "it has more than 60 characters" : nil
    }

    /// Neutron joins physical networks and interfaces as `physnet1:eth1,physnet2:eth2`.
    static func physicalNetwork(_ text: String) -> String? {
        text.contains(":") || text.contains(",") || text.contains(" ")
            ? "blanks, colons and commas are not allowed" : nil
    }

    /// An interface name as Linux's dev_valid_name() has it.
    static func interface(_ text: String) -> String? {
        if text.utf8.count > 15 { return "it has more than 15 characters" }
        if text == "." || text == ".." { return "it is a directory's name" }
        let isBad = text.contains { "/:, ".contains($0) } || !text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        return isBad ? "blanks, slashes, colons and commas are not allowed" : nil
    }

    /// Nova takes `availability_zone=ZONE:HOST` apart at the colon, and keeps `internal` for its own services.
    static func zone(_ text: String) -> String? {
        if text == "internal" { return "Nova keeps that name for its own services" }
        return text.contains(":") || text.contains(",") ? "colons and commas are not allowed" : nil
    }

    /// An IPv4 address or a host name of one or more labels (RFC 1123 §2.1), in any case.
    static func host(_ text: String) -> String? {
        if IPv4Address(text) != nil { return nil }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        if labels.allSatisfy({ $0.utf8.allSatisfy(isDigit) }) { return "the address is not complete" }
        if text.contains(":") || text.contains("/") { return "give it without scheme, port and path" }
        let areGood = labels.allSatisfy { !$0.isEmpty && label($0.lowercased()) == nil }
        return areGood && text.utf8.count <= 253 ? nil : "it is neither an IPv4 address nor a host name"
    }

    /// Glance joins datastores as `DATACENTER:DATASTORE:WEIGHT`.
    static func datastore(_ text: String) -> String? { text.contains(":") ? "colons are not allowed" : nil }

    /// A volume group as lvm(8) names it.
    static func volumeGroup(_ text: String) -> String? {
        let isAllowed = text.utf8.allSatisfy { isWord($0) || "+_.-".utf8.contains($0) }
        if !isAllowed || text.hasPrefix("-") { return "only letters, digits, +, _, . and - are allowed" }
        return text == "." || text == ".." ? "it is a directory's name" : nil
    }

    /// An account on a node.
    static func user(_ text: String) -> String? {
        let isBad = text.hasPrefix("-") || text.contains { " :@/".contains($0) }
        return isBad ? "blanks, colons, slashes and @ are not allowed" : nil
    }

    /// What a section header or an option of an INI file can hold.
    static func ini(_ text: String) -> String? {
        let isBad = text.contains { "[]=: \t#;".contains($0) } || !text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        return isBad || text.isEmpty ? "blanks, brackets, =, :, # and ; are not allowed" : nil
    }

    /// The name of an extra spec or of an aggregate's property (nova/api/openstack/compute/schemas/flavors_extraspecs.py).
    static func spec(_ text: String) -> String? {
        let isGood = text.utf8.allSatisfy { byte in
            (0x30...0x3A).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "-_. ".utf8.contains(byte)
        }
        return isGood && !text.isEmpty && text.utf8.count <= 255
            ? nil : "letters, digits, hyphens, underscores, colons, periods and blanks are allowed, at most 255"
    }

    /// A file of OpenStack's, without its directory.
    static func file(_ text: String) -> String? {
        let isBad = text.contains("/") || text.hasPrefix(".") || !text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        return isBad ? "give the file's name without its directory, e.g. nova.conf" : nil
    }

    /// The name of an environment variable.
    static func isVariable(_ text: String) -> Bool {
        let isAllowed = text.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: "_") }
        return isAllowed && !text.isEmpty && text.utf8.first.map(isDigit) == false
    }

    private static func isLower(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }

    private static func isWord(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x7A).contains(byte | 0x20) }
}
