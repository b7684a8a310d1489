import Foundation
import Testing
import VCenterSimulator

@testable import VSphere

/// What breaks calls on their way: a Python program, as this needs TLS on the server's side.
struct FaultProxy {
    let port: Int

    /// - Parameters:
    ///   - match: the SOAP method, or PUT or GET, that is broken.
    ///   - times: how often; all that comes later passes.
    static func run(
        _ fault: String, at match: String, times: Int = 1000, before simulator: Simulator,
        _ body: (FaultProxy) async throws -> Void
    ) async throws {
        let settings: [String: Any] = [
            "upstream": simulator.port, "certificate": simulator.directory.appending(path: "certificate.pem").path,
            "key": simulator.directory.appending(path: "key.pem").path, "fault": fault, "match": match, "times": times,
        ]
        let text = try JSONSerialization.data(withJSONObject: settings) + Data("\n".utf8)
        try await PythonServer.run("fault_proxy.py", input: text) { try await body(FaultProxy(port: $0)) }
    }
}

extension Simulator {
    /// The way through a proxy, with little patience.
    func endpoint(through proxy: FaultProxy, timeout: Duration = .seconds(3)) -> VCenterEndpoint {
        var endpoint = endpoint(port: proxy.port)
        endpoint.timeout = timeout
        return endpoint
    }
}
