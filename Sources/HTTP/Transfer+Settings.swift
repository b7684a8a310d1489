internal import CCurl
import Wording

extension Transfer {
    /// Sets all that a client or a request prescribes.
    func prepare(_ rules: TransferLoop.Rules) throws(CurlFailure) {
        try easy.set(CURLOPT_NOSIGNAL, 1)
        // An empty proxy is none, whatever the environment says.
        try easy.set(CURLOPT_PROXY, "")
        try easy.set(CURLOPT_PROTOCOLS_STR, "http,https")
        // Each running request has a connection of its own, so that an upload does not hold up the others.
        try easy.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        try easy.set(CURLOPT_TCP_KEEPALIVE, 1)
        try easy.set(CURLOPT_CONNECTTIMEOUT_MS, Self.limit(rules.connectTimeout))
        switch purpose {
        case .showCertificate: try prepareToLook(rules)
        case .send(let pin):
            try easy.set(CURLOPT_URL, order.request.url)
            try prepareTimeouts()
            try easy.trust(rules.tls, pin)
            try attachRequest()
        }
    }

    private func prepareTimeouts() throws(CurlFailure) {
        try easy.set(CURLOPT_TIMEOUT_MS, Self.limit(order.request.timeout))
        guard let stall = order.request.stallTimeout else { return }
        try easy.set(CURLOPT_LOW_SPEED_LIMIT, 1)
        try easy.set(CURLOPT_LOW_SPEED_TIME, max(1, Int(stall.components.seconds)))
    }

    /// A handshake that believes everything and says nothing.
    private func prepareToLook(_ rules: TransferLoop.Rules) throws(CurlFailure) {
        try easy.set(CURLOPT_URL, "https://\(order.request.tlsServer ?? "")/")
        try easy.set(CURLOPT_TIMEOUT_MS, Self.limit(rules.connectTimeout))
        try easy.set(CURLOPT_CONNECT_ONLY, 1)
        try easy.set(CURLOPT_CERTINFO, 1)
        try easy.set(CURLOPT_SSL_VERIFYPEER, 0)
        try easy.set(CURLOPT_SSL_VERIFYHOST, 0)
    }

    /// In milliseconds, at least one: to libcurl zero means no limit.
    private static func limit(_ time: Duration) -> Int { max(1, Int(clamping: time.milliseconds)) }
}
