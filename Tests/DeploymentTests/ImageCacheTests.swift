import DiskImage
import LabViews
import Planning
import Rendering
import Testing
import Uploads

@testable import Deployment

@Suite("Nova's image cache")
struct ImageCacheTests {
    static func cache(_ texts: String...) -> NovaImageCache {
        NovaImageCache(texts.map { RenderedFile(path: "/etc/nova/x", contents: $0, units: []) })
    }

    @Test("is where the service's own configuration says, the last file first")
    func folder() {
        let node = "[DEFAULT]\nmy_ip = 10.0.0.31\n"
        #expect(Self.cache(node).folder == "10.0.0.31_base")
        #expect(Self.cache(node, "[vmware]\ncache_prefix = lab-a\n").folder == "lab-a_base")
        #expect(Self.cache(node, "[vmware]\ncache_prefix =\n").folder == "10.0.0.31_base")
        #expect(Self.cache(node, "[image_cache]\nremove_unused_base_images = False\n").folder == "_base")
        #expect(Self.cache(node, "[image_cache]\nsubdirectory_name = images\n").folder == "10.0.0.31images")
        let cache = Self.cache(node, "[vmware]\ncache_prefix = a$$b\nuse_linked_clone = false\n")
        #expect(cache.folder == "a$b_base")
        #expect(!cache.usesLinkedClones)
        #expect(cache.datastoreRegex == nil)
        #expect(cache.folder(of: "id") == "a$b_base/id")
        #expect(cache.disk(of: "id") == "id.vmdk")
        #expect(cache.disk(of: "id", gibibytes: 20) == "id.20.vmdk")
    }

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
