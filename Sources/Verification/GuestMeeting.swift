/// Where the guests of a run meet, so that each can ask others that run at the same time, and none is removed before all
/// have asked.
///
/// Only examinations that have begun count: a run with few workers never waits for one that has not.
actor GuestMeeting {
    /// A guest that answers on the network.
    struct Guest: Sendable, Equatable {
        var host: String
        /// The kind of its hypervisor, in words.
        var kind: String
        var address: String
        /// The instance's id.
        var id: String
        /// The network's id: from one to another there may be no way.
        var network = ""
    }

    private enum Stage {
        case expected
        case here(Guest)
        /// It has asked, and may still be asked.
        case asked(Guest)

        var guest: Guest? {
            switch self {
            case .expected: nil
            case .here(let guest), .asked(let guest): guest
            }
        }
    }

    private var stages: [String: Stage] = [:]

    /// A hypervisor whose guest will come, or withdraw.
    func expect(_ host: String) { stages[host] = .expected }

    func arrive(_ guest: Guest) { stages[guest.host] = .here(guest) }

    /// Who else is there, in the same network; nil while someone is still to come.
    func others(than host: String) -> [Guest]? {
        for case .expected in stages.values { return nil }
        let network = stages[host]?.guest?.network
        return stages.values.compactMap(\.guest).filter { $0.host != host && $0.network == network }
            .sorted { $0.host < $1.host }
    }

    /// Has asked, and waits only for those that are there and have not.
    func finish(_ host: String) {
        if let guest = stages[host]?.guest { stages[host] = .asked(guest) }
    }

    var allHaveAsked: Bool {
        for case .here in stages.values { return false }
        return true
    }

    /// Nobody has to wait for it any more.
    func withdraw(_ host: String) { stages[host] = nil }
}

extension [GuestMeeting.Guest] {
    /// The few that one guest asks: one of each kind of hypervisor, the next in their order after its own, so that in a
    /// large cloud everyone is asked by about as many as it asks.
    func askedBy(_ host: String) -> [GuestMeeting.Guest] {
        let ring = filter { $0.host > host } + filter { $0.host < host }
        var kinds: Set<String> = []
        return ring.filter { kinds.insert($0.kind).inserted }
    }
}
