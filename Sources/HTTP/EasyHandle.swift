internal import CCurl
import Foundation

/// One curl easy handle: the owner of a connection that is used again.
///
/// `@unchecked` because the compiler cannot see that a handle is used by one transfer at a time: `HTTPClient` takes
/// it out of its pool for a request and puts it back after.
final class EasyHandle: @unchecked Sendable {
    private let handle: OpaquePointer

    /// curl_global_init is not safe from several threads; a static is initialised once.
    private static let ready: Bool = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    init?() {
        guard Self.ready, let handle = curl_easy_init() else { return nil }
        self.handle = OpaquePointer(handle)
    }

    deinit { curl_easy_cleanup(raw) }

    private var raw: UnsafeMutableRawPointer { UnsafeMutableRawPointer(handle) }

    /// Forgets the last request; connections, sessions and the name cache stay.
    func reset() { curl_easy_reset(raw) }

    func set(_ option: CURLoption, _ value: Int) throws(CurlFailure) { try check(curl_setopt_long(raw, option, value)) }

    func set(_ option: CURLoption, _ value: String) throws(CurlFailure) {
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

    func set(progress: @escaping curl_progress) throws(CurlFailure) { try check(curl_setopt_progress(raw, progress)) }

    /// libcurl copies the bytes.
    func set(blob option: CURLoption, _ value: String) throws(CurlFailure) {
        var bytes = Array(value.utf8)
        let code = bytes.withUnsafeMutableBytes { curl_setopt_blob(raw, option, $0.baseAddress, $0.count) }
        try check(code)
    }

    /// Performs with these headers; blocks until the transfer is over.
    func perform(headers: [(String, String)]) throws(CurlFailure) {
        var list: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(list) }
        for (name, value) in headers {
            // "Name;" is curl's way to send a header without a value.
            list = curl_slist_append(list, value.isEmpty ? "\(name);" : "\(name): \(value)")
        }
        try check(curl_setopt_list(raw, CURLOPT_HTTPHEADER, list))
        try check(curl_easy_perform(raw))
    }

    var status: Int {
        var value = 0
        return curl_getinfo_long(raw, CURLINFO_RESPONSE_CODE, &value) == CURLE_OK ? value : 0
    }

    /// The certificate that the server showed, in PEM.
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

    private func check(_ code: CURLcode) throws(CurlFailure) {
        guard code != CURLE_OK else { return }
        throw CurlFailure(code: code, words: String(cString: curl_easy_strerror(code)))
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
        case CURLE_ABORTED_BY_CALLBACK: .cancelled
        case CURLE_READ_ERROR: .file
        default: .protocolFailure
        }
    }

    var hint: String? {
        switch code {
        case CURLE_PEER_FAILED_VERIFICATION:
            "give the authority's certificate (ca_file) or the server's SHA-256 (thumbprint)"
        case CURLE_SSL_CACERT_BADFILE: "the CA file has to be readable and in PEM"
        default: nil
        }
    }
}
