internal import CSSH2
import Foundation

/// One libssh2 session over one socket; it never leaves its `SSHConnection`.
///
/// The session is non-blocking, and every wait is a `poll` of ours, so that deadlines, cancellation and
/// silent peers end it. One call at a time: libssh2 can send no packet while another is half sent.
final class Session {
    let handle: OpaquePointer
    let target: SSHTarget
    private let socket: Socket
    private let wake: Wake
    /// Why this session cannot be used any more.
    private(set) var lost: SSHError?
    /// What the user's login shell makes of a command line; found after the login.
    var shell = LoginShell.posix
    private var isSilent = 0

    private init(owning handle: OpaquePointer, socket: Socket, target: SSHTarget, wake: Wake) {
        self.handle = handle
        self.socket = socket
        self.target = target
        self.wake = wake
    }

    deinit {
        // Without a peer nothing can block: channels that never closed are freed with the session.
        shutdown(socket.descriptor, Int32(SHUT_RDWR))
        for _ in 0..<100 where libssh2_session_free(handle) != LIBSSH2_ERROR_EAGAIN { break }
    }

    /// Connects, verifies the host key, logs in, and finds out what runs commands there.
    static func open(_ target: SSHTarget, by deadline: Deadline, wake: Wake) throws(SSHError) -> Session {
        guard libraryIsReady else {
            throw SSHError(.io, node: target.label, doing: "start libssh2", reason: "libssh2_init failed")
        }
        // Local faults are found before the node is bothered.
        let identity = try Identity(of: target)
        let socket = try Socket.connect(to: target, by: deadline, wake: wake)
        guard let handle = libssh2_session_init_ex(nil, nil, nil, nil) else {
            throw SSHError(.io, node: target.label, doing: "start an SSH session", reason: "out of memory")
        }
        let session = Session(owning: handle, socket: socket, target: target, wake: wake)
        libssh2_session_set_blocking(handle, 0)
        let knownHosts = try KnownHosts(
            files: target.knownHostsFiles, node: target.label, isHash: session.isHash)
        try session.shakeHands(preferring: knownHosts.algorithms(for: target), by: deadline)
        try session.verifyHostKey(against: knownHosts)
        try session.logIn(with: identity, by: deadline)
        try session.findShell(by: deadline)
        libssh2_keepalive_config(handle, 1, UInt32(clamping: max(2, target.keepAliveInterval.components.seconds)))
        return session
    }

    private func shakeHands(preferring known: [String], by deadline: Deadline) throws(SSHError) {
        let doing = "agree on encryption with \(target.host) port \(target.port)"
        // A key type that known_hosts has comes first: the server would show another one of its keys.
        let algorithms = known + HostKeyAlgorithms.all.filter { !known.contains($0) }
        try check(libssh2_session_method_pref(handle, LIBSSH2_METHOD_HOSTKEY, algorithms.joined(separator: ",")), doing)
        do throws(SSHError) {
            try repeatUntilDone(doing, by: deadline) { libssh2_session_handshake(handle, socket.descriptor) }
        } catch {
            guard error.kind == .io || error.kind == .disconnected else { throw error }
            throw whyNoHandshake(error, by: deadline)
        }
    }

    private func verifyHostKey(against knownHosts: KnownHosts) throws(SSHError) {
        let doing = "verify the host key of \(target.knownHostsName)"
        var length = 0
        var type: Int32 = 0
        guard let bytes = libssh2_session_hostkey(handle, &length, &type) else {
            throw failure(.protocolFailure, doing, "the node showed none")
        }
        let key = HostKey(blob: Data(bytes: bytes, count: length))
        try knownHosts.verify(key, of: target, doing: doing)
    }

    /// Whether libssh2 finds that `|1|salt|hash` is the hash of a host name.
    private func isHash(_ hashed: Substring, of name: String) -> Bool {
        guard let hosts = libssh2_knownhost_init(handle) else { return false }
        defer { libssh2_knownhost_free(hosts) }
        // Any key will do, if libssh2 finds it long enough.
        let key = String(repeating: "A", count: 68)
        let line = "\(hashed) ssh-ed25519 \(key)"
        let format = LIBSSH2_KNOWNHOST_FILE_OPENSSH
        guard libssh2_knownhost_readline(hosts, line, line.utf8.count, format) == 0 else { return false }
        let type = LIBSSH2_KNOWNHOST_TYPE_PLAIN | LIBSSH2_KNOWNHOST_KEYENC_BASE64
        let result = libssh2_knownhost_checkp(hosts, name, -1, key, key.utf8.count, type, nil)
        return result == LIBSSH2_KNOWNHOST_CHECK_MATCH
    }

    // MARK: Calls

    /// Whether a packet is half sent: then only the call that began it may be made.
    var isMidPacket: Bool {
        libssh2_session_block_directions(handle) & LIBSSH2_SESSION_BLOCK_OUTBOUND != 0
    }

    /// Makes the call again and again, waiting in between, until it no longer would block.
    @discardableResult
    func repeatUntilDone(
        _ doing: String, by deadline: Deadline, _ call: () -> Int32
    ) throws(SSHError) -> Int32 {
        try check(try codeWhenDone(doing, by: deadline, call), doing)
    }

    /// The same for a call whose failure the caller judges; a lost connection is an error all the same.
    func codeWhenDone(_ doing: String, by deadline: Deadline, _ call: () -> Int32) throws(SSHError) -> Int32 {
        while true {
            let code = call()
            if Self.meansDisconnected.contains(code) { return try check(code, doing) }
            if code != LIBSSH2_ERROR_EAGAIN { return code }
            try wait(doing, by: deadline)
        }
    }

    /// Makes a call that may find nothing to do (EAGAIN), but sees to it that it leaves no half packet behind.
    func attempt(_ doing: String, by deadline: Deadline, _ call: () -> Int) throws(SSHError) -> Int {
        var code = call()
        while code == Int(LIBSSH2_ERROR_EAGAIN), isMidPacket {
            try wait(doing, by: deadline)
            code = call()
        }
        if code != Int(LIBSSH2_ERROR_EAGAIN) { try check(Int32(clamping: code), doing) }
        return code
    }

    /// Every return code goes through here: negative ones become errors with libssh2's own words.
    @discardableResult
    func check(_ code: Int32, _ doing: String) throws(SSHError) -> Int32 {
        guard code < 0 else { return code }
        if Self.meansDisconnected.contains(code) {
            throw giveUp(failure(.disconnected, doing, "the connection was lost (\(lastWords), libssh2 \(code))"))
        }
        throw failure(.io, doing, "\(lastWords) (libssh2 \(code))")
    }

    /// Throws when the time is over or the task was cancelled; for loops that may never have to wait.
    func checkTime(_ doing: String, by deadline: Deadline) throws(SSHError) {
        if Task.isCancelled { throw failure(.cancelled, doing, "cancelled") }
        if deadline.hasPassed { throw failure(.timeout, doing, "not done in time") }
    }

    /// Waits until the socket is ready for what the last call was blocked on.
    func wait(_ doing: String, by deadline: Deadline) throws(SSHError) {
        let directions = libssh2_session_block_directions(handle)
        let events = directions & LIBSSH2_SESSION_BLOCK_OUTBOUND != 0 ? POLLOUT : POLLIN
        let interval = max(.seconds(2), target.keepAliveInterval)
        switch awaitEvents(Int16(events), on: socket.descriptor, by: deadline, wake: wake, interval: interval) {
        case .ready: isSilent = 0
        case .cancelled: throw failure(.cancelled, doing, "cancelled")
        case .late:
            throw failure(.timeout, doing, "not done within \(deadline.allowance?.text ?? "the time given")")
        case .quiet: try askForSignOfLife(doing)
        }
    }

    private func askForSignOfLife(_ doing: String) throws(SSHError) {
        isSilent += 1
        if isSilent > 3 {
            let silence = max(.seconds(2), target.keepAliveInterval) * isSilent
            throw giveUp(failure(.disconnected, doing, "the node has been silent for \(silence.text)"))
        }
        // Not before the login, and not while a packet is half sent: libssh2 would lose its place.
        guard libssh2_userauth_authenticated(handle) != 0, !isMidPacket else { return }
        try check(libssh2_keepalive_send(handle, nil), doing)
    }

    /// Says good-bye, if that needs no waiting.
    func sayGoodbye() {
        let reason = Int32(SSH_DISCONNECT_BY_APPLICATION)
        _ = libssh2_session_disconnect_ex(handle, reason, "done", "")
    }

    /// Marks the session as unusable, because its state is not known any more.
    @discardableResult
    func giveUp(_ error: SSHError) -> SSHError {
        if lost == nil { lost = error }
        return error
    }

    func failure(_ kind: SSHError.Kind, _ doing: String, _ reason: String, hint: String? = nil) -> SSHError {
        SSHError(kind, node: target.label, doing: doing, reason: reason, hint: hint)
    }

    /// libssh2's words for the last error.
    var lastWords: String {
        var message: UnsafeMutablePointer<CChar>?
        libssh2_session_last_error(handle, &message, nil, 0)
        return message.map { String(cString: $0) } ?? "no reason given"
    }

    private static let meansDisconnected: Set<Int32> = [
        LIBSSH2_ERROR_SOCKET_SEND, LIBSSH2_ERROR_SOCKET_RECV, LIBSSH2_ERROR_SOCKET_DISCONNECT,
        LIBSSH2_ERROR_SOCKET_NONE, LIBSSH2_ERROR_SOCKET_TIMEOUT,
    ]
}

/// `libssh2_init` is not safe to call twice at a time; a global is made once.
private let libraryIsReady = libssh2_init(0) == 0

/// "1.10.0"
let libraryVersion = libssh2_version(0).map { String(cString: $0) } ?? "?"

/// Whether this libssh2 signs RSA keys with SHA-2 (since 1.11), as OpenSSH has asked for since 8.8.
let signsRSAWithSHA2 = libssh2_version(0x010b00) != nil

/// Host key types in the order of preference.
enum HostKeyAlgorithms {
    static let all = [
        "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa",
    ]
}
