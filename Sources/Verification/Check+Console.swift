import Foundation
import HTTP
import OpenStack
import Wording

/// The screen of an instance, as a browser gets it.
extension Check {
    static let console = Check(.console, in: .nova, needs: [.active], within: .waiting(\.console)) {
        evidence, setting in
        if setting.subject.driver.kind?.lacks.contains(.screen) == true {
            return .skipped("a container has no screen")
        }
        guard let id = evidence.instance else { return .skipped("there is no instance") }
        // The sandbox's ESXi hosts show their guests' screens by VNC, as nodes of libvirt do.
        if setting.subject.isInVCenter, !setting.isSimulated { return try await consoleOfESXi(id, setting) }
        return try await Polling(limit: setting.grace.console, pause: .seconds(2)).verdict {
            .untilPassed(try await screen(id, setting))
        }
    }

    /// noVNC's page, and the screen behind its websocket.
    private static func screen(_ id: String, _ setting: Setting) async throws -> CheckVerdict {
        let proxy = setting.log(.novncProxy)
        let console: RemoteConsole
        do {
            console = try await setting.access.cloud.remoteConsole(id, .novnc)
        } catch let error as OpenStackError where error.kind == .status(400) {
            // Nova refuses so what it was not set up for.
            return .skipped("the cloud offers no noVNC for it: \(error.reason)")
        }
        let tls = setting.access.cloud.credentials.tls
        if let failure = await consolePage(console.url, tls, proxy) { return .failed(failure) }
        guard let socket = WebSocketAddress(consoleURL: console.url) else {
            return .skipped("the page is there; its URL has no token, so there is no websocket to try")
        }
        return .console(try await RFBProbe(address: socket, tls: tls).screen(), host: socket.host, look: proxy)
    }

    /// MKS where the cloud offers it, else the page of noVNC: the screen behind either is an ESXi host's own business.
    private static func consoleOfESXi(_ id: String, _ setting: Setting) async throws -> CheckVerdict {
        let cloud = setting.access.cloud
        do {
            _ = try await cloud.remoteConsole(id, .webmks)
            return .passed("MKS")
        } catch let error as OpenStackError where error.kind == .status(400) {
            // Nova refuses so what it was not set up for.
        }
        do {
            let url = try await cloud.remoteConsole(id, .novnc).url
            let proxy = setting.log(.novncProxy)
            if let failure = await consolePage(url, cloud.credentials.tls, proxy) { return .failed(failure) }
            return .passed("noVNC's page; the ESXi host behind it is not asked")
        } catch let error as OpenStackError where error.kind == .status(400) {
            return .skipped("the cloud offers neither MKS nor VNC for it: \(error.reason)")
        }
    }

    /// Why the page is not there; nil if it is.
    private static func consolePage(_ url: String, _ tls: TLSVerification, _ look: String) async -> CheckFailure? {
        // The token in the URL lets in whoever has it, so no message has the URL.
        let page = url.firstIndex(of: "?").map { String(url[..<$0]) } ?? url
        func failed(_ reason: String) -> CheckFailure {
            CheckFailure(layer: .nova, reason: "the console proxy at \(page) \(reason)", look: look)
        }
        do {
            let client = HTTPClient(tls: tls, connectTimeout: .seconds(15))
            let answer = try await client.send(HTTPRequest(method: "GET", url: page, timeout: .seconds(30)))
            guard answer.status == 200 else { return failed("answers HTTP \(answer.status)") }
            let text = String(decoding: answer.body, as: UTF8.self)
            return text.localizedCaseInsensitiveContains("novnc") ? nil : failed("shows a page that is not noVNC")
        } catch {
            return failed("does not answer: \(error.reason)")
        }
    }
}

extension CheckVerdict {
    /// - Parameter screen: what the VNC server behind the websocket has.
    static func console(_ screen: Result<String, RFBProbe.Problem>, host: String, look: String) -> CheckVerdict {
        switch screen {
        case .success(let words): .passed("noVNC, \(VisibleText(words).folded)")
        case .failure(let problem): .nova("the console's websocket at \(host) \(problem.reason)", look)
        }
    }
}

/// Where the websocket of a noVNC console is.
struct WebSocketAddress: Sendable, Equatable {
    let host: String
    let port: UInt16
    /// With the token.
    let path: String
    let isSecure: Bool

    /// `https://HOST:PORT`
    var origin: String { "\(isSecure ? "https" : "http")://\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    /// From the page's URL, as Nova gives it: `http://HOST:6080/vnc_auto.html?path=%3Ftoken%3DTOKEN`, or with
    /// `?token=TOKEN` of older ones. nil: no such URL.
    init?(consoleURL: String) {
        guard let parts = URLComponents(string: consoleURL), let host = parts.host, let scheme = parts.scheme,
            ["http", "https"].contains(scheme)
        else { return nil }
        isSecure = scheme == "https"
        let query = parts.queryItems ?? []
        let path =
            query.first { $0.name == "path" }?.value ?? query.first { $0.name == "token" }?.value.map { "?token=\($0)" }
        guard let path, path.unicodeScalars.allSatisfy({ (0x21...0x7E).contains($0.value) }) else { return nil }
        self.host = host
        port = UInt16(exactly: parts.port ?? (isSecure ? 443 : 80)) ?? 80
        self.path = path.hasPrefix("/") ? path : "/" + path
    }
}
