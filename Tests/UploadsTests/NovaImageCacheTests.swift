import Rendering
import Testing
import Uploads

@Suite("Nova's image cache, by the configuration of a service")
struct NovaImageCacheTests {
    private static func cache(_ texts: String...) -> NovaImageCache {
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
}
