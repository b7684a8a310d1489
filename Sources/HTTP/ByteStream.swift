internal import CCurl
import Foundation

/// A connection for what is no HTTP after its first words, such as a websocket: TCP, or TLS with the certificate judged as
/// of every request. Its calls block, so they belong on a thread of their own.
public final class ByteStream {
    private let easy: EasyHandle
    private let doing: String
    private let timeout: Duration

    /// Connects, with the TLS handshake where the URL is `https`.
    ///
    /// - Parameters:
    ///   - url: of which host, port and scheme count.
    ///   - timeout: of the connection, and of each call afterwards.
    /// - Throws: a pinned certificate is not compared here, so it is refused.
    public init(_ url: String, tls: TLSVerification, timeout: Duration) throws(HTTPError) {
        let parts = URLComponents(string: url)
        doing = "connect to \(parts?.host ?? "a host"):\(parts?.port.map(String.init) ?? parts?.scheme ?? "")"
        self.timeout = timeout
        do throws(CurlFailure) {
            easy = try EasyHandle.open()
            try easy.set(CURLOPT_NOSIGNAL, 1)
            try easy.set(CURLOPT_PROXY, "")
            try easy.set(CURLOPT_PROTOCOLS_STR, "http,https")
            try easy.set(CURLOPT_URL, url)
            try easy.set(CURLOPT_CONNECT_ONLY, 1)
            try easy.set(CURLOPT_CONNECTTIMEOUT_MS, Int(timeout.components.seconds) * 1000)
            try Self.trust(tls, easy)
            try easy.perform()
        } catch {
            throw HTTPError(error.kind, doing: doing, reason: error.words, hint: error.hint)
        }
    }

    private static func trust(_ tls: TLSVerification, _ easy: EasyHandle) throws(CurlFailure) {
        if case .thumbprint = tls {
            throw CurlFailure(
                code: CURLE_PEER_FAILED_VERIFICATION, words: "a pinned certificate cannot be compared here")
        }
        try easy.trust(tls, nil)
    }

    /// Sends all of it.
    public func send(_ bytes: [UInt8]) throws(HTTPError) {
        var sent = 0
        while sent < bytes.count {
            var count = 0
            let code = bytes[sent...].withUnsafeBytes { curl_easy_send(easy.raw, $0.baseAddress, $0.count, &count) }
            if code == CURLE_AGAIN {
                try wait(for: Int16(POLLOUT))
                continue
            }
            try check(code)
            sent += count
        }
    }

    /// Whatever has come, at least a byte; empty at the end.
    public func receive() throws(HTTPError) -> [UInt8] {
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            var count = 0
            let code = curl_easy_recv(easy.raw, &chunk, chunk.count, &count)
            if code == CURLE_AGAIN {
                try wait(for: Int16(POLLIN))
                continue
            }
            try check(code)
            return Array(chunk[..<count])
        }
    }

    private func wait(for event: Int16) throws(HTTPError) {
        guard let socket = easy.activeSocket else {
            throw HTTPError(.protocolFailure, doing: doing, reason: "the connection was lost")
        }
        var entry = pollfd(fd: socket, events: event, revents: 0)
        guard poll(&entry, 1, Int32(timeout.components.seconds) * 1000) > 0 else {
            throw HTTPError(.timeout, doing: doing, reason: "nothing came for \(timeout.components.seconds) s")
        }
    }

    private func check(_ code: CURLcode) throws(HTTPError) {
        guard code != CURLE_OK else { return }
        let failure = easy.failure(code)
        throw HTTPError(failure.kind, doing: doing, reason: failure.words)
    }
}
