import DiskImage
import LabViews
import Planning
import Testing
import Uploads

@testable import Deployment

@Suite("Nova's image cache")
struct ImageCacheTests {
    @Test("of a cluster is primed by its own service's configuration, in sizes of the lab's flavors")
    func priming() throws {
        let view = try Views.withImageCaches()
        let image = GlanceImage(
            name: "tiny-vmdk", properties: [:], path: "/dev/null", format: .raw, encoding: .streamOptimized(),
            digest: "d2")
        let wanted = try #require(view.cachePrimings.first)
        let priming = try #require(view.priming(wanted, with: [image]))
        #expect(priming.cache.folder == "sandbox-vmware1-cluster_a_base")
        #expect(priming.cache.datastoreRegex == "^shared-")
        #expect(priming.rootDisks == [1])
        #expect(priming.place == wanted.place && WantedImage(image) == view.images.last)
        #expect(view.priming(wanted, with: []) == nil)
    }
}
