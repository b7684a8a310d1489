internal import CCurl
import Foundation

/// Drives all transfers of a client on one thread of its own, so that no blocking call reaches Swift's threads and
/// no handle of libcurl has to be shared.
final class TransferLoop {
    /// What a client is told when it is made.
    struct Rules: Sendable {
        var tls: TLSVerification
        var connectTimeout: Duration
        var bodyLimit: Int
        var advice: CertificateAdvice
    }

    private let multi: UnsafeMutableRawPointer
    private let inbox: Inbox
    private let rules: Rules
    private var running: [UnsafeMutableRawPointer: Transfer] = [:]
    /// Certificates that were seen and have the pinned thumbprint, by host and port.
    private var pins: [String: String] = [:]

    private init(owning multi: UnsafeMutableRawPointer, _ inbox: Inbox, _ rules: Rules) {
        self.multi = multi
        self.inbox = inbox
        self.rules = rules
    }

    deinit { curl_multi_cleanup(multi) }

    /// The thread ends when the inbox is closed.
    static func start(_ inbox: Inbox, _ rules: Rules) {
        let thread = Thread {
            guard EasyHandle.isReady, let multi = curl_multi_init() else { return refuseAll(of: inbox) }
            TransferLoop(owning: multi, inbox, rules).run()
        }
        thread.name = "polyvisor-http"
        thread.start()
    }

    private func run() {
        var isOpen = true
        while true {
            for note in inbox.takeAll() where !handle(note) { isOpen = false }
            perform()
            finishEnded()
            if !isOpen, running.isEmpty { return }
            wait()
        }
    }

    /// false when it was the last note.
    private func handle(_ note: Inbox.Note) -> Bool {
        switch note {
        case .begin(let order): begin(order)
        case .resume(let order): running.values.filter { $0.order === order }.forEach { $0.easy.resume() }
        case .cancel(let order):
            for transfer in running.values.filter({ $0.order === order }) {
                remove(transfer)
                order.fail(.cancelled, "it was cancelled")
            }
        case .close: return false
        }
        return true
    }

    private func begin(_ order: Order, again: Bool = false) {
        // The note about the cancellation may have come before this one.
        if order.isCancelled { return order.fail(.cancelled, "it was cancelled") }
        do throws(CurlFailure) {
            if case .thumbprint = rules.tls, let server = order.request.tlsServer {
                guard let pin = pins[server] else { return try start(order, .showCertificate) }
                return try start(order, .send(trusting: pin))
            }
            try start(order, .send(trusting: nil))
        } catch {
            order.finish(
                .failure(HTTPError(error.kind, doing: "\(order.request)", reason: error.words, hint: error.hint)))
        }
    }

    private func start(_ order: Order, _ purpose: Transfer.Purpose) throws(CurlFailure) {
        let upload: Upload?
        do throws(FileProblem) {
            let inbox = inbox
            upload =
                purpose == .showCertificate ? nil : try Upload(order.request.body) { inbox.put(.resume(order)) }
        } catch {
            throw CurlFailure(code: CURLE_READ_ERROR, words: error.reason)
        }
        let transfer = try Transfer(order, purpose, limit: rules.bodyLimit, upload: upload)
        try transfer.prepare(rules)
        let code = curl_multi_add_handle(multi, transfer.easy.raw)
        guard code == CURLM_OK else {
            throw CurlFailure(code: CURLE_FAILED_INIT, words: String(cString: curl_multi_strerror(code)))
        }
        running[transfer.easy.raw] = transfer
    }

    private func perform() {
        var count: Int32 = 0
        let code = curl_multi_perform(multi, &count)
        if code != CURLM_OK { failAll(code) }
    }

    private func wait() {
        var bell = curl_waitfd(fd: inbox.wakeUp, events: Int16(CURL_WAIT_POLLIN), revents: 0)
        let code = curl_multi_poll(multi, &bell, 1, 60_000, nil)
        // Without a rest a lasting error would make this a busy loop.
        if code != CURLM_OK {
            failAll(code)
            usleep(100_000)
        }
    }

    private func failAll(_ code: CURLMcode) {
        for transfer in Array(running.values) {
            remove(transfer)
            transfer.order.fail(.protocolFailure, String(cString: curl_multi_strerror(code)))
        }
    }

    private func remove(_ transfer: Transfer) {
        curl_multi_remove_handle(multi, transfer.easy.raw)
        running[transfer.easy.raw] = nil
    }

    private func finishEnded() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            let (kind, code) = (message.pointee.msg, message.pointee.data.result)
            guard kind == CURLMSG_DONE, let raw = message.pointee.easy_handle, let transfer = running[raw] else {
                continue
            }
            ended(transfer, code)
        }
    }

    private func ended(_ transfer: Transfer, _ code: CURLcode) {
        switch transfer.purpose {
        case .showCertificate where code == CURLE_OK:
            let shown = transfer.easy.leafCertificate
            remove(transfer)
            judge(shown, transfer.order)
        case .send(let pin) where code == CURLE_PEER_FAILED_VERIFICATION && pin != nil:
            remove(transfer)
            serverChanged(transfer, code)
        default:
            let result: Result<HTTPResponse, HTTPError> =
                code == CURLE_OK
                ? .success(transfer.response)
                : .failure(transfer.error(code, rules))
            remove(transfer)
            transfer.order.finish(result)
        }
    }

    /// Goes on with a request if the certificate that the server showed is the pinned one.
    private func judge(_ shown: String?, _ order: Order) {
        guard case .thumbprint(let wanted) = rules.tls, let server = order.request.tlsServer else { return }
        let seen = shown.flatMap(Thumbprint.init(ofPEM:))
        guard let seen, seen == Thumbprint(wanted) else {
            let error = HTTPError(
                .tls, doing: "\(order.request)",
                reason: "the server's certificate is not the pinned one; its SHA-256 is \(seen?.digits ?? "unknown")",
                hint: "compare it with the server's own; if it is right, put it into the topology as thumbprint",
                certificate: .thumbprintMismatch(seen: seen?.digits))
            return order.finish(.failure(error))
        }
        pins[server] = shown
        begin(order)
    }

    /// A server that was let in shows another certificate now, or its own is no longer valid.
    private func serverChanged(_ transfer: Transfer, _ code: CURLcode) {
        if let server = transfer.order.request.tlsServer { pins[server] = nil }
        transfer.order.finish(
            .failure(
                HTTPError(
                    .tls, doing: "\(transfer.order.request)",
                    reason: "the pinned certificate is not accepted: \(transfer.easy.failure(code).words)",
                    hint: "has it expired, or has the server been given another one?", certificate: .untrusted)))
    }

    private static func refuseAll(of inbox: Inbox) {
        while true {
            for note in inbox.takeAll() {
                switch note {
                case .begin(let order): order.fail(.protocolFailure, "libcurl does not start")
                case .close: return
                case .resume, .cancel: continue
                }
            }
            var bell = pollfd(fd: inbox.wakeUp, events: Int16(POLLIN), revents: 0)
            poll(&bell, 1, -1)
        }
    }
}
