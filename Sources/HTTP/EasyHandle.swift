internal import CCurl

/// The owner of one curl easy handle, which is one request. Used by the thread of its `TransferLoop` alone.
final class EasyHandle {
    let raw: UnsafeMutableRawPointer
    private var headers: UnsafeMutablePointer<curl_slist>?
    /// Where libcurl writes its words about a failure; it has to live as long as the handle.
    private let words: UnsafeMutablePointer<CChar>

    /// curl_global_init is not safe from several threads; a static is initialised once.
    static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    private init(owning raw: UnsafeMutableRawPointer) {
        self.raw = raw
        words = .allocate(capacity: Int(CURL_ERROR_SIZE))
        words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    static func open() throws(CurlFailure) -> EasyHandle {
        guard isReady, let raw = curl_easy_init() else {
            throw CurlFailure(code: CURLE_FAILED_INIT, words: "libcurl does not start")
        }
        let handle = EasyHandle(owning: raw)
        try handle.check(curl_setopt_pointer(raw, CURLOPT_ERRORBUFFER, handle.words))
        return handle
    }

    deinit {
        curl_easy_cleanup(raw)
        curl_slist_free_all(headers)
        words.deallocate()
    }

    func set(_ option: CURLoption, _ value: Int) throws(CurlFailure) { try check(curl_setopt_long(raw, option, value)) }

    /// nil takes back libcurl's default.
    func set(_ option: CURLoption, _ value: String?) throws(CurlFailure) {
        try check(curl_setopt_string(raw, option, value))
    }

    func set(size option: CURLoption, _ value: Int64) throws(CurlFailure) {
        try check(curl_setopt_size(raw, option, curl_off_t(value)))
    }

    func set(pointer option: CURLoption, _ value: UnsafeMutableRawPointer) throws(CurlFailure) {
        try check(curl_setopt_pointer(raw, option, value))
    }

    func set(callback option: CURLoption, _ value: @escaping curl_data_callback) throws(CurlFailure) {
        try check(curl_setopt_data(raw, option, value))
    }

    func set(rewind: @escaping curl_rewind_callback) throws(CurlFailure) { try check(curl_setopt_rewind(raw, rewind)) }

    /// libcurl copies the bytes.
    func set(blob option: CURLoption, _ value: String) throws(CurlFailure) {
        var bytes = Array(value.utf8)
        let code = bytes.withUnsafeMutableBytes { curl_setopt_blob(raw, option, $0.baseAddress, $0.count) }
        try check(code)
    }

    func set(headers wanted: [(String, String)]) throws(CurlFailure) {
        for (name, value) in wanted {
            // "Name:" alone would take a header away; "Name;" sends it without a value.
            let line = value.isEmpty ? "\(name);" : "\(name): \(value)"
            guard let longer = curl_slist_append(headers, line) else {
                throw CurlFailure(code: CURLE_OUT_OF_MEMORY, words: "out of memory")
            }
            headers = longer
        }
        // Uploads would wait a second for 100 Continue with servers that do not know it.
        headers = curl_slist_append(headers, "Expect:")
        try check(curl_setopt_list(raw, CURLOPT_HTTPHEADER, headers))
    }

    /// Does the whole request, or with `CURLOPT_CONNECT_ONLY` the connection, on this thread.
    func perform() throws(CurlFailure) { try check(curl_easy_perform(raw)) }

    /// Of a connection that was made with `CURLOPT_CONNECT_ONLY`; nil: it is gone.
    var activeSocket: Int32? {
        var socket: curl_socket_t = -1
        return curl_getinfo_socket(raw, &socket) == CURLE_OK && socket >= 0 ? socket : nil
    }

    /// Lets a paused upload go on.
    func resume() { curl_easy_pause(raw, 0) }

    var status: Int {
        var value = 0
        return curl_getinfo_long(raw, CURLINFO_RESPONSE_CODE, &value) == CURLE_OK ? value : 0
    }

    /// Whether there was a connection, with its TLS handshake; one that was kept open took no time, but a request was
    /// sent on it.
    var wasConnected: Bool {
        var microseconds: curl_off_t = 0
        var bytes = 0
        let isNew = curl_getinfo_size(raw, CURLINFO_CONNECT_TIME_T, &microseconds) == CURLE_OK && microseconds > 0
        return isNew || (curl_getinfo_long(raw, CURLINFO_REQUEST_SIZE, &bytes) == CURLE_OK && bytes > 0)
    }

    /// Whether it was not the chain of a refused certificate that was found wrong, but its name.
    ///
    /// OpenSSL's number of what is wrong with a chain; libcurl begins with 1 (unspecified) and looks at the name
    /// before it sets 0.
    var chainIsTrusted: Bool {
        var result = 0
        return curl_getinfo_long(raw, CURLINFO_SSL_VERIFYRESULT, &result) == CURLE_OK && result <= 1
    }

    /// The certificate that the server showed, in PEM; needs `CURLOPT_CERTINFO`.
    var leafCertificate: String? {
        var chain: UnsafeMutablePointer<curl_certinfo>?
        guard curl_getinfo_certificates(raw, &chain) == CURLE_OK, let chain, chain.pointee.num_of_certs > 0 else {
            return nil
        }
        var entry = chain.pointee.certinfo[0]
        while let item = entry {
            let text = String(cString: item.pointee.data)
            if text.hasPrefix("Cert:") { return String(text.dropFirst(5)) }
            entry = item.pointee.next
        }
        return nil
    }

    /// What libcurl says about a code that this handle ended with.
    func failure(_ code: CURLcode) -> CurlFailure {
        let detail = String(cString: words)
        return CurlFailure(code: code, words: detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail)
    }

    private func check(_ code: CURLcode) throws(CurlFailure) {
        guard code == CURLE_OK else { throw failure(code) }
    }
}

/// A code of libcurl with its words.
struct CurlFailure: Error {
    var code: CURLcode
    var words: String

    var kind: HTTPError.Kind {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .resolve
        case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED: .unreachable
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CIPHER:
            .tls
        case CURLE_OPERATION_TIMEDOUT: .timeout
        case CURLE_READ_ERROR: .file
        default: .protocolFailure
        }
    }

    var hint: String? {
        switch code {
        case CURLE_SSL_CACERT_BADFILE: "the CA file has to be readable and in PEM"
        case CURLE_SSL_CONNECT_ERROR: "is it a TLS port?"
        case CURLE_COULDNT_RESOLVE_HOST: "is the name right, and does a resolver of this machine know it?"
        case CURLE_COULDNT_CONNECT: "are address and port right, does the service run, does a firewall stand between?"
        default: nil
        }
    }
}

extension EasyHandle {
    /// libcurl reads the system's directory of authorities beside whatever file it is given, unless told not to:
    /// with a pinned certificate, whose name is not looked at, every certificate of a public authority would do.
    func trust(_ tls: TLSVerification, _ pin: String?) throws(CurlFailure) {
        switch tls {
        case .system: break
        case .caFile(let path):
            try set(CURLOPT_CAINFO, path)
            try set(CURLOPT_CAPATH, nil)
        case .insecure:
            try set(CURLOPT_SSL_VERIFYPEER, 0)
            try set(CURLOPT_SSL_VERIFYHOST, 0)
        case .thumbprint:
            // The pinned certificate is the only anchor, so no other server can take the place of the one that was
            // looked at. Its name does not matter. A plain http:// URL has no pin and no TLS.
            try set(CURLOPT_CAPATH, nil)
            if let pin { try set(blob: CURLOPT_CAINFO_BLOB, pin) }
            try set(CURLOPT_SSL_VERIFYHOST, 0)
        }
    }
}
