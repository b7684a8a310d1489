import Foundation
import GuestImage
import HTTP

/// Asks a guest from this machine, which may or may not have a way to its network.
struct DirectReach: Sendable {
    let address: String
    var port = GuestReport.port
    /// Of the connection, and of the answer.
    var timeout = Duration.seconds(2)

    /// What the guest says of itself on its port; nil: nothing comes. Blocking calls, so on a thread of their own.
    func identity() async -> String? {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: line()) }
        }
    }

    private func line() -> String? {
        // No way and no answer are the same here: nobody can tell whether something should have answered.
        let url = "http://\(address):\(port)"
        guard let stream = try? ByteStream(url, tls: .system, timeout: timeout) else { return nil }
        var bytes: [UInt8] = []
        while bytes.count < 4096, !bytes.contains(10) {
            guard let more = try? stream.receive(), !more.isEmpty else { break }
            bytes += more
        }
        return bytes.isEmpty ? nil : String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self)
    }
}

extension CheckVerdict {
    /// - Parameter line: what was heard from this machine at the guest's address; that nothing was is no failure, as the
    ///   networks of projects, and many of providers, begin and end in the cloud.
    static func reachedDirectly(_ line: String?, id: String, address: String) -> CheckVerdict {
        guard let line, line.contains("\(GuestReport.marker) IDENTITY") else {
            return .skipped(
                "no topology names the network node, and from this machine nothing is heard of the guest at \(address)")
        }
        // A guest without metadata, or with old metadata only, does not know its UUID.
        let words = line.lowercased()
        guard ["instance=\(id.lowercased())", "instance=i-", "instance=none"].contains(where: words.contains) else {
            return .skipped("from this machine, another cloud's guest answers at \(address)")
        }
        return .passed("TCP, from this machine")
    }
}
