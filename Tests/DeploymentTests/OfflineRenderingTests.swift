import Foundation
import LabViews
import Records
import Testing
import Topology

@testable import Deployment

@Suite("rendering without a node")
struct OfflineRenderingTests {
    @Test("remembers the lab's secrets and nothing else: no journal, no log", arguments: ["sandbox", "single-node"])
    func touches(_ name: String) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "polyvisor-\(UUID().uuidString)")
        let lab = try Views.fresh(name).lab
        let store = FileStore(of: lab, environment: ["POLYVISOR_STATE": folder.path])
        let rendering = try await OfflineRendering(of: lab).rendering(secretsOf: store)
        #expect(!rendering.nodes.isEmpty)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: lab.name).path)
        #expect(left.sorted() == ["secrets.json", "secrets.lock"])
        #expect(try await !store.hasLab())
    }
}
