import Foundation
import Synchronization

/// A connected TCP socket, closed with its owner.
final class Socket {
    let descriptor: Int32

    private init(owning descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Connects to the first address of the target that answers.
    static func connect(to target: SSHTarget, by deadline: Deadline, wake: Wake) throws(SSHError) -> Socket {
        let doing = "connect to \(target.host) port \(target.port)"
        guard (1...65535).contains(target.port) else {
            throw SSHError(
                .unreachable, node: target.label, doing: doing, reason: "there is no such port",
                hint: "a port is a number from 1 to 65535")
        }
        let addresses = try Address.resolve(target, by: deadline)
        var last = SSHError(.unreachable, node: target.label, doing: doing, reason: "the name has no address")
        for address in addresses {
            do throws(SSHError) {
                return try connect(to: address, of: target, doing: doing, by: deadline, wake: wake)
            } catch {
                if error.kind == .cancelled { throw error }
                last = error
            }
        }
        throw last
    }

    private static func connect(
        to address: Address, of target: SSHTarget, doing: String, by deadline: Deadline, wake: Wake
    ) throws(SSHError) -> Socket {
        let descriptor = socket(
            address.family, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else {
            throw SSHError(.io, node: target.label, doing: doing, reason: systemError())
        }
        let socket = Socket(owning: descriptor)
        socket.noticeDeadPeers()
        if address.connect(descriptor) == 0 { return socket }
        guard errno == EINPROGRESS else {
            throw SSHError(.unreachable, node: target.label, doing: doing, reason: systemError())
        }
        switch awaitEvents(Int16(POLLOUT), on: descriptor, by: deadline, wake: wake) {
        case .ready, .quiet: break
        case .cancelled: throw SSHError(.cancelled, node: target.label, doing: doing, reason: "cancelled")
        case .late:
            throw SSHError(
                .timeout, node: target.label, doing: doing,
                reason: "no answer within \(deadline.allowance?.text ?? "the time given")",
                hint: "is the node up, and does a firewall let port \(target.port) through?")
        }
        let code = socket.pendingError()
        guard code == 0 else { throw refusal(code, of: target, doing: doing) }
        return socket
    }

    private static func refusal(_ code: Int32, of target: SSHTarget, doing: String) -> SSHError {
        SSHError(
            .unreachable, node: target.label, doing: doing, reason: systemError(code),
            hint: code == ECONNREFUSED
                ? "no sshd listens there: start it on the node (systemctl enable --now ssh), or give the port that it has, "
                    + "as ssh: { port: … }"
                : "is the address right, is the node up, and does a firewall let port \(target.port) through?")
    }

    /// The kernel asks an idle peer for a sign of life, and gives up on bytes that nobody takes, so that a
    /// node that vanished is noticed without a thread of ours.
    private func noticeDeadPeers() {
        set(SOL_SOCKET, SO_KEEPALIVE, 1)
        set(Int32(IPPROTO_TCP), TCP_KEEPIDLE, 15)
        set(Int32(IPPROTO_TCP), TCP_KEEPINTVL, 10)
        set(Int32(IPPROTO_TCP), TCP_KEEPCNT, 3)
        set(Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, 45000)
        set(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    }

    private func set(_ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        // A kernel without the option works as before, only slower to notice.
        _ = setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private func pendingError() -> Int32 {
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        let result = getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
        return result == 0 ? code : errno
    }
}

/// Why a wait for a socket ended.
enum Awaited {
    case ready, quiet, late, cancelled
}

/// Waits for `events` on a socket, the deadline or the cancellation of the task; `quiet` after `interval`.
func awaitEvents(
    _ events: Int16, on descriptor: Int32, by deadline: Deadline, wake: Wake, interval: Duration = .seconds(3600)
) -> Awaited {
    let silence = Deadline(after: interval)
    while true {
        if Task.isCancelled { return .cancelled }
        if deadline.hasPassed { return .late }
        var polled = [
            pollfd(fd: descriptor, events: events, revents: 0),
            pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        let limit = silence.milliseconds(atMost: interval)
        _ = poll(&polled, 2, deadline.milliseconds(atMost: .milliseconds(limit)))
        if polled[1].revents != 0 { wake.clear() }
        if polled[0].revents != 0 { return .ready }
        if silence.hasPassed { return .quiet }
    }
}

/// What the system calls an error: "Connection refused".
func systemError(_ code: Int32 = errno) -> String {
    String(cString: strerror(code))
}

/// A socket address of either family.
struct Address: Sendable {
    let family: Int32
    private let storage: [UInt8]

    func connect(_ descriptor: Int32) -> Int32 {
        storage.withUnsafeBytes { bytes in
            guard let address = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return -1 }
            return Glibc.connect(descriptor, address, socklen_t(bytes.count))
        }
    }

    /// Looks the host up, on a thread of its own: a resolver without an answer blocks for longer than
    /// the time given, and cannot be stopped.
    static func resolve(_ target: SSHTarget, by deadline: Deadline) throws(SSHError) -> [Address] {
        let (host, port) = (target.host, target.port)
        var found = lookUp(host, port, flags: AI_NUMERICHOST)
        if found.addresses.isEmpty {
            let answer = Answer()
            Thread.detachNewThread { answer.give(lookUp(host, port, flags: 0)) }
            guard let late = answer.wait(atMost: deadline) else {
                throw SSHError(
                    .timeout, node: target.label, doing: "look up the name \"\(host)\"",
                    reason: "no answer within \(deadline.allowance?.text ?? "the time given")",
                    hint: "give the node's IP address, or repair the resolver of this machine")
            }
            found = late
        }
        guard !found.addresses.isEmpty else {
            throw SSHError(
                .unreachable, node: target.label, doing: "look up the name \"\(host)\"",
                reason: String(cString: gai_strerror(found.code)), hint: "give the node's IP address")
        }
        return found.addresses
    }

    private static func lookUp(_ host: String, _ port: Int, flags: Int32) -> Answer.Value {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = flags | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else { return (code, []) }
        defer { freeaddrinfo(list) }
        var addresses: [Address] = []
        var next = list
        while let info = next?.pointee {
            let bytes = UnsafeRawBufferPointer(start: info.ai_addr, count: Int(info.ai_addrlen))
            addresses.append(Address(family: info.ai_family, storage: Array(bytes)))
            next = info.ai_next
        }
        return (0, addresses)
    }
}

/// The resolver's answer on its way between two threads.
private final class Answer: Sendable {
    typealias Value = (code: Int32, addresses: [Address])
    private let value = Mutex<Value?>(nil)
    private let arrived = DispatchSemaphore(value: 0)

    func give(_ answer: Value) {
        value.withLock { $0 = answer }
        arrived.signal()
    }

    func wait(atMost deadline: Deadline) -> Value? {
        let limit = Int(deadline.milliseconds(atMost: .seconds(120)))
        _ = arrived.wait(timeout: .now() + .milliseconds(limit))
        return value.withLock { $0 }
    }
}
