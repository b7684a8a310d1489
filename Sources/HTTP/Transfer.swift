internal import CCurl
import Foundation

/// One running transfer and what it collects; curl's callbacks reach it through a pointer.
final class Transfer {
    let order: Order
    let easy: EasyHandle
    let purpose: Purpose
    private let limit: Int
    private let upload: Upload?
    private var headers: [(String, String)] = []
    private var headerBytes = 0
    private var body = Data()
    private var overflowed = false
    private var refusal: String?

    enum Purpose: Equatable {
        /// Connects, sends nothing, and shows the server's certificate.
        case showCertificate
        /// Sends the request; trusts this certificate alone where one is given.
        case send(trusting: String?)
    }

    init(_ order: Order, _ purpose: Purpose, limit: Int, upload: Upload?) throws(CurlFailure) {
        self.order = order
        self.purpose = purpose
        self.limit = limit
        self.upload = upload
        easy = try EasyHandle.open()
    }

    var response: HTTPResponse { HTTPResponse(status: easy.status, headers: headers, body: body) }

    /// Sets what the request says, and the callbacks.
    func attachRequest() throws(CurlFailure) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        try easy.set(headers: order.request.headers)
        try easy.set(pointer: CURLOPT_WRITEDATA, context)
        try easy.set(callback: CURLOPT_WRITEFUNCTION) { data, size, count, context in
            Transfer.at(context)?.receive(UnsafeRawBufferPointer(start: data, count: size * count)) ?? 0
        }
        try easy.set(pointer: CURLOPT_HEADERDATA, context)
        try easy.set(callback: CURLOPT_HEADERFUNCTION) { data, size, count, context in
            Transfer.at(context)?.receiveHeader(UnsafeRawBufferPointer(start: data, count: size * count)) ?? 0
        }
        try attachBody(context)
        try easy.set(CURLOPT_CUSTOMREQUEST, order.request.method)
    }

    private func attachBody(_ context: UnsafeMutableRawPointer) throws(CurlFailure) {
        let method = order.request.method
        guard upload != nil || ["POST", "PUT", "PATCH"].contains(method) else {
            if method == "HEAD" { try easy.set(CURLOPT_NOBODY, 1) }
            return
        }
        try easy.set(CURLOPT_UPLOAD, 1)
        try easy.set(CURLOPT_UPLOAD_BUFFERSIZE, 256 << 10)
        // -1 is a length that nobody knows; a POST without a body says that it has none.
        let length: Int64 = upload.map { $0.length ?? -1 } ?? 0
        try easy.set(size: CURLOPT_INFILESIZE_LARGE, length)
        try easy.set(pointer: CURLOPT_READDATA, context)
        try easy.set(callback: CURLOPT_READFUNCTION) { buffer, size, count, context in
            Transfer.at(context)?.upload?.supply(UnsafeMutableRawBufferPointer(start: buffer, count: size * count)) ?? 0
        }
        try easy.set(pointer: CURLOPT_SEEKDATA, context)
        try easy.set(rewind: { context, offset, origin in
            origin == SEEK_SET && Transfer.at(context)?.upload?.rewind(to: Int64(offset)) ?? true
                ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
        })
    }

    private static func at(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Returns less than was given to make curl give up.
    private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
        if let receive = order.receive, (200..<300).contains(easy.status) {
            do { try receive(Data(bytes)) } catch {
                refusal = "the response could not be taken: \(error)"
                return 0
            }
            return bytes.count
        }
        guard body.count + bytes.count <= limit else {
            overflowed = true
            return 0
        }
        body.append(contentsOf: bytes)
        return bytes.count
    }

    private func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
        headerBytes += bytes.count
        guard headerBytes <= 1 << 20 else {
            overflowed = true
            return 0
        }
        let line = String(decoding: bytes, as: UTF8.self)
        // A status line begins another header block: 100 Continue came before.
        if line.hasPrefix("HTTP/") { headers = [] }
        if let colon = line.firstIndex(of: ":") {
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespacesAndNewlines)
            headers.append((String(line[..<colon]), value))
        }
        return bytes.count
    }
}

extension Transfer {
    /// Why it ended with this code.
    func error(_ code: CURLcode, _ rules: TransferLoop.Rules) -> HTTPError {
        let doing = "\(order.request)"
        if overflowed {
            return HTTPError(.tooLarge, doing: doing, reason: "the response is larger than \(limit) bytes")
        }
        if let problem = upload?.trouble ?? refusal { return HTTPError(.file, doing: doing, reason: problem) }
        let failure = easy.failure(code)
        if code == CURLE_PEER_FAILED_VERIFICATION { return certificateError(failure, rules.advice) }
        // OpenSSL cannot even compare a signature with the key of another kind that an authority of this name has.
        if code == CURLE_SSL_CONNECT_ERROR, failure.words.contains("asn1 encoding routines") {
            return HTTPError(
                .tls, doing: doing,
                reason: "the certificate names the authority that is trusted and was not signed by its key "
                    + "(\(failure.words))",
                hint: rules.advice.otherAuthority, certificate: .untrusted)
        }
        if code == CURLE_OPERATION_TIMEDOUT, !easy.wasConnected {
            // A port that takes connections and no handshake must not be said to take none.
            let kind = order.request.tlsServer == nil ? "connection" : "TLS connection"
            return HTTPError(.unreachable, doing: doing, reason: "no \(kind) within \(rules.connectTimeout)")
        }
        return HTTPError(failure.kind, doing: doing, reason: failure.words, hint: failure.hint)
    }

    private func certificateError(_ failure: CurlFailure, _ advice: CertificateAdvice) -> HTTPError {
        if easy.chainIsTrusted {
            return HTTPError(
                .tls, doing: "\(order.request)", reason: failure.words,
                hint: advice.hostNameMismatch, certificate: .hostNameMismatch)
        }
        return HTTPError(
            .tls, doing: "\(order.request)", reason: failure.words,
            hint: advice.untrusted, certificate: .untrusted)
    }
}
