internal import CCurl
public import Foundation

/// The certificate that a TLS server shows, believed or not.
public struct ServerCertificate: Sendable, Equatable {
    /// As OpenSSL prints it, e.g. `CN = vcenter.example.org, O = Example`.
    public let subject: String
    /// Who signed it; equal to the subject where it signed itself.
    public let issuer: String
    /// The DNS names and IP addresses that it is for (subjectAltName).
    public let names: [String]
    /// When it begins to be valid.
    public let notBefore: Date?
    /// When it is no longer valid.
    public let notAfter: Date?
    /// SHA-256 over its DER bytes: 64 lower-case hexadecimal digits.
    public let sha256: String
    /// All of it, for `ca_file` where it signed itself.
    public let pem: String

    /// SHA-256 over the DER bytes of the first certificate of a PEM text; nil when it holds none.
    public static func sha256(ofPEM text: String) -> String? {
        guard let start = text.range(of: "-----BEGIN CERTIFICATE-----"),
            let end = text.range(of: "-----END CERTIFICATE-----", range: start.upperBound..<text.endIndex)
        else { return nil }
        return Thumbprint(ofPEM: String(text[start.lowerBound..<end.upperBound]))?.digits
    }

    /// Connects, shakes hands without judging, sends nothing, and tells what was shown.
    ///
    /// - Parameter host: a name or an address; an IPv6 address without brackets.
    /// - Throws: `HTTPError`: `unreachable`, `resolve`, `tls` where no TLS is spoken.
    public static func read(
        from host: String, port: Int, timeout: Duration = .seconds(10)
    ) async throws(HTTPError) -> ServerCertificate {
        let url = "https://\(host.contains(":") ? "[\(host)]" : host):\(port)/"
        // libcurl waits; Swift's own threads must not.
        let result: Result<ServerCertificate, HTTPError> = await withCheckedContinuation { continuation in
            let thread = Thread {
                continuation.resume(returning: Result { () throws(HTTPError) in try look(url, timeout) })
            }
            thread.name = "polyvisor-certificate"
            thread.start()
        }
        return try result.get()
    }

    private static func look(_ url: String, _ timeout: Duration) throws(HTTPError) -> ServerCertificate {
        let doing = "look at the certificate of \(url)"
        do throws(CurlFailure) {
            let easy = try EasyHandle.open()
            let milliseconds = max(1, Int(timeout.components.seconds * 1000))
            try easy.set(CURLOPT_NOSIGNAL, 1)
            try easy.set(CURLOPT_PROXY, "")
            try easy.set(CURLOPT_URL, url)
            try easy.set(CURLOPT_TIMEOUT_MS, milliseconds)
            try easy.set(CURLOPT_CONNECT_ONLY, 1)
            try easy.set(CURLOPT_CERTINFO, 1)
            try easy.set(CURLOPT_SSL_VERIFYPEER, 0)
            try easy.set(CURLOPT_SSL_VERIFYHOST, 0)
            let code = curl_easy_perform(easy.raw)
            guard code == CURLE_OK else { throw easy.failure(code) }
            guard let shown = ServerCertificate(easy.leafCertificateFields) else {
                throw CurlFailure(code: CURLE_SSL_CONNECT_ERROR, words: "the server showed no certificate")
            }
            return shown
        } catch {
            throw HTTPError(error.kind, doing: doing, reason: error.words, hint: error.hint)
        }
    }

    /// - Parameter fields: `Name:value` as libcurl's `CURLINFO_CERTINFO` gives them.
    init?(_ fields: [String]) {
        var values: [String: String] = [:]
        for field in fields {
            guard let colon = field.firstIndex(of: ":") else { continue }
            values[String(field[..<colon])] = String(field[field.index(after: colon)...])
        }
        guard let pem = values["Cert"], let digest = Thumbprint(ofPEM: pem)?.digits else { return nil }
        self.pem = pem
        sha256 = digest
        subject = values["Subject"] ?? ""
        issuer = values["Issuer"] ?? ""
        names = (values["X509v3 Subject Alternative Name"] ?? "").split(separator: ",").compactMap { entry in
            let text = entry.trimmingCharacters(in: .whitespaces)
            return text.firstIndex(of: ":").map { String(text[text.index(after: $0)...]) }
        }
        notBefore = values["Start date"].flatMap(Self.date)
        notAfter = values["Expire date"].flatMap(Self.date)
    }

    /// `Nov 21 09:27:01 2026 GMT`, as OpenSSL writes times.
    private static func date(_ text: String) -> Date? {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let words = text.split(separator: " ").map(String.init)
        guard words.count >= 4, let month = months.firstIndex(of: words[0]), let day = Int(words[1]),
            let year = Int(words[3])
        else { return nil }
        let clock = words[2].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3 else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar.date(
            from: DateComponents(
                year: year, month: month + 1, day: day, hour: clock[0], minute: clock[1], second: clock[2]))
    }
}

extension ServerCertificate {
    /// Whether it is for a host, by RFC 6125: its names alone, of which one may begin with `*.` for one label.
    public func isFor(_ host: String) -> Bool {
        let wanted = host.lowercased()
        return names.contains { name in
            let name = name.lowercased()
            if name == wanted { return true }
            guard name.hasPrefix("*."), let dot = wanted.firstIndex(of: ".") else { return false }
            return wanted[dot...] == name.dropFirst()
        }
    }
}

extension EasyHandle {
    /// What libcurl tells of the certificate that the server showed, a `Name:value` each; needs `CURLOPT_CERTINFO`.
    var leafCertificateFields: [String] {
        var chain: UnsafeMutablePointer<curl_certinfo>?
        guard curl_getinfo_certificates(raw, &chain) == CURLE_OK, let chain, chain.pointee.num_of_certs > 0 else {
            return []
        }
        var fields: [String] = []
        var entry = chain.pointee.certinfo[0]
        while let item = entry {
            fields.append(String(cString: item.pointee.data))
            entry = item.pointee.next
        }
        return fields
    }
}
