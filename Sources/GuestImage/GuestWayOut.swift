/// What a DHCP server gave a guest.
public struct GuestLease: Sendable, Equatable {
    /// The DHCP server's address.
    public var server: String?
    /// Addresses, the first one first.
    public var routers: [String] = []
    /// Name servers.
    public var servers: [String] = []
    /// Classless routes (RFC 3442), each with the address that leads there; `0.0.0.0` is the link itself.
    public var routes: [Route] = []

    /// A way to a network.
    public struct Route: Sendable, Equatable {
        /// With its prefix length; `0.0.0.0/0` is everything else.
        public var destination: String
        /// The address that leads there.
        public var hop: String
    }

    /// Where the guest sends what is for no network that it knows: by the routes where there are any, as its routers do not
    /// count then.
    public var gateways: [String] {
        routes.isEmpty ? routers : routes.filter { $0.destination == "0.0.0.0/0" }.map(\.hop)
    }

    /// Reads `server=10.78.0.2 router=10.78.0.1 dns=10.78.0.2,10.78.0.3 routes=0.0.0.0/0,10.78.0.1`.
    init(_ fields: some Sequence<Substring>) {
        for (name, value) in GuestReport.pairs(fields) {
            let list = value == "none" ? [] : value.split(separator: ",").map(String.init)
            switch name {
            case "server": server = list.first
            case "router": routers = list
            case "dns": servers = list
            case "routes":
                routes = stride(from: 0, to: list.count - 1, by: 2).map {
                    Route(destination: list[$0], hop: list[$0 + 1])
                }
            default: break
            }
        }
    }
}

/// What a guest says of what it tried to reach; each by its address, and not there until the guest has tried.
public struct GuestWayOut: Sendable, Equatable {
    /// How something answered.
    public enum Answer: Sendable, Equatable {
        /// After so many milliseconds.
        case ping(Double)
        /// Not to ping: a gateway to ARP, a place by TCP, a name server to a query.
        case other
        case none
    }

    /// Where its lease sends it.
    public var gateways: [String: Answer] = [:]
    /// Name servers of its lease.
    public var servers: [String: Answer] = [:]
    /// `ADDRESS:PORT`, as its metadata has it.
    public var places: [String: Answer] = [:]

    /// Nothing was tried so far.
    public init() {}

    mutating func read(_ topic: String, _ fields: some Sequence<Substring>) {
        let said = Dictionary(GuestReport.pairs(fields)) { _, last in last }
        guard let peer = said["peer"] else { return }
        let isThere = said["link"] == "known" || said["answer"] == "yes"
        let answer = said["ping"].flatMap(Double.init).map(Answer.ping) ?? (isThere ? .other : .none)
        switch topic {
        case "GATEWAY": gateways[peer] = answer
        case "DNS": servers[peer] = answer
        default: places[peer] = answer
        }
    }
}

extension GuestReport {
    static func pairs(_ fields: some Sequence<Substring>) -> [(String, String)] {
        fields.compactMap { field in
            guard let equals = field.firstIndex(of: "=") else { return nil }
            return (String(field[..<equals]), String(field[field.index(after: equals)...]))
        }
    }
}
