import GuestImage
import OpenStack

/// Asks a guest which others it reaches where nobody can talk to it: the question goes into the instance's metadata, where
/// the guest looks for it, and the answer comes by its serial console. Needs no rights but those over the instance.
struct MetadataQuestion: Sendable {
    let cloud: Cloud
    let instance: String
    let peers: [GuestMeeting.Guest]
    /// How often it was asked before: the guest answers a text that it has not seen.
    var round = 0

    /// Nova keeps what it tells a guest for 15 s (`[api] metadata_cache_expiration`), the guest looks every 2 s, and each
    /// address takes it 12 s at the most.
    var limit: Duration { .seconds(15 + 30) + .seconds(15) * peers.count }

    /// The console's text as soon as it has an answer for each, or as it is when the time is over.
    func console() async throws -> String {
        // The guest passes over what is empty.
        let question =
            peers.map { $0.address.filter { $0.isNumber || $0 == "." } }.joined(separator: ",")
            + String(repeating: ",", count: round)
        let before = round == 0 ? 0 : try await cloud.consoleOutput(instance).utf8.count
        try await cloud.addMetadata([GuestReport.questionKey: question], toServer: instance)
        var last = ""
        let answered: String? = try await Polling(limit: limit, pause: .seconds(1)).first {
            last = try await cloud.consoleOutput(instance)
            let new = before == 0 ? last : String(decoding: last.utf8.dropFirst(before), as: UTF8.self)
            return Self.hasAnswers(new, for: peers) ? last : nil
        }
        return answered ?? last
    }

    /// A line counts once it has ended: the guest may be in the middle of it.
    static func hasAnswers(_ console: String, for peers: [GuestMeeting.Guest]) -> Bool {
        let lines = console.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).dropLast()
        return peers.allSatisfy { peer in lines.contains { $0.contains(" PROBE peer=\(peer.address) ") } }
    }
}
