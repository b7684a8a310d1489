internal import CSSH2
import Foundation

extension Session {
    /// Why a handshake came to nothing, as far as the server's own first words tell: it is asked for them once more.
    func whyNoHandshake(_ error: SSHError, by deadline: Deadline) -> SSHError {
        switch firstWords(by: deadline) {
        case .offer(let offer): judge(offer, after: error)
        case .stranger(let line):
            failure(
                .protocolFailure, error.doing, "what answers there is no SSH server: it says \"\(line.prefix(80))\"",
                hint: "is the port right? It stands in the topology as ssh: { port: \(target.port) }")
        case .incomplete:
            failure(
                .protocolFailure, error.doing, "the connection is closed before an SSH server has said who it is",
                hint: "is an SSH server behind that port? If so, its log says why: too many logins at once "
                    + "(MaxStartups), or an address that it does not let in (fail2ban, hosts.deny)")
        }
    }

    private func judge(_ offer: KeyExchangeOffer, after error: SSHError) -> SSHError {
        let found = Disagreement.all(of: offer, with: ownAlgorithms)
        guard !found.isEmpty else {
            return failure(.protocolFailure, error.doing, error.reason, hint: "the log of the node's sshd may say why")
        }
        let reasons = found.map { disagreement in
            "no \(disagreement.kind.name) in common: the node offers \(disagreement.theirs.joined(separator: ", ")); "
                + "libssh2 \(libraryVersion) has \(disagreement.ours.joined(separator: ", "))"
        }
        return failure(
            .protocolFailure, error.doing, reasons.joined(separator: "; "), hint: Self.remedy(of: found, offer))
    }

    /// What an administrator does on the node. The first value of a keyword is the one that counts (sshd_config(5)).
    private static func remedy(of found: [Disagreement], _ offer: KeyExchangeOffer) -> String {
        guard offer.identification.contains("OpenSSH") else {
            let each = found.map { "\($0.kind.name) \($0.wanted)" }.joined(separator: ", ")
            return "let the node's SSH server (\(offer.identification)) offer these as well: \(each)"
        }
        let lines = found.map { "`\($0.line)`" }.joined(separator: " and ")
        let key =
            found.contains { $0.kind == .hostKey }
            ? "run `ssh-keygen -A` on the node, which makes the host keys that are missing; where its sshd_config has "
                + "HostKey lines, add `HostKey /etc/ssh/ssh_host_ed25519_key`; "
            : ""
        return key + "put \(lines) at the very top of /etc/ssh/sshd_config on the node, and restart its sshd"
    }

    /// What libssh2 can do here.
    private var ownAlgorithms: [KeyExchangeOffer.List: [String]] {
        let methods: [KeyExchangeOffer.List: Int32] = [
            .keyExchange: LIBSSH2_METHOD_KEX, .hostKey: LIBSSH2_METHOD_HOSTKEY,
            .cipherToServer: LIBSSH2_METHOD_CRYPT_CS, .cipherToClient: LIBSSH2_METHOD_CRYPT_SC,
            .macToServer: LIBSSH2_METHOD_MAC_CS, .macToClient: LIBSSH2_METHOD_MAC_SC,
        ]
        return methods.mapValues(algorithms)
    }

    private func algorithms(of method: Int32) -> [String] {
        var names: UnsafeMutablePointer<UnsafePointer<CChar>?>?
        let count = libssh2_session_supported_algs(handle, method, &names)
        guard count > 0, let names else { return [] }
        defer { libssh2_free(handle, names) }
        return (0..<Int(count)).compactMap { names[$0].map { String(cString: $0) } }
    }

    /// Connects once more, says a name, and reads until the server's first packet is there, it has closed the
    /// connection, or the time is over.
    private func firstWords(by deadline: Deadline) -> KeyExchangeOffer.Reading {
        guard let socket = try? Socket.connect(to: target, by: deadline, wake: Wake()) else { return .incomplete }
        let greeting = Array("SSH-2.0-polyvisor\r\n".utf8)
        guard send(socket.descriptor, greeting, greeting.count, Int32(MSG_NOSIGNAL)) == greeting.count else {
            return .incomplete
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        let wake = Wake()
        while case .ready = awaitEvents(Int16(POLLIN), on: socket.descriptor, by: deadline, wake: wake) {
            let count = recv(socket.descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EAGAIN || errno == EINTR { continue }
            guard count > 0 else { return KeyExchangeOffer.atEnd(of: bytes) }
            bytes += buffer[..<count]
            let reading = KeyExchangeOffer.read(bytes)
            if reading != .incomplete { return reading }
        }
        return KeyExchangeOffer.atEnd(of: bytes)
    }
}

extension KeyExchangeOffer {
    /// What the bytes are when no more will come.
    static func atEnd(of bytes: [UInt8]) -> Reading {
        let reading = read(bytes)
        guard reading == .incomplete else { return reading }
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        return line.isEmpty || line.starts(with: "SSH-".utf8)
            ? reading : .stranger(String(decoding: line, as: UTF8.self))
    }
}
