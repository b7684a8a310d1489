import DiskImage
import Foundation
import Rendering
import Testing
import Topology
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

    static func view(priming: Bool = true) throws -> LabView {
        var view = try Views.finished()
        for index in view.lab.vcenters[0].clusters.indices {
            view.lab.vcenters[0].clusters[index].primesImageCache = priming
        }
        view.images.append(
            GlanceImage(
                name: "tiny-vmdk", properties: [:], path: "/dev/null", format: .raw, encoding: .streamOptimized(),
                digest: "d2"))
        view.cloud?.images["tiny-vmdk"] = .init(digest: "d2", properties: [:])
        return view
    }

    @Test("is primed for each cluster that asks for it, once, after the upload")
    func steps() throws {
        var view = try Self.view()
        let steps = view.plan().steps
        #expect(
            steps.map(\.title) == [
                "prime the image cache of vc1/cluster_a with tiny-vmdk",
                "prime the image cache of vc1/cluster_b with tiny-vmdk",
            ])
        #expect(steps.allSatisfy { $0.after.contains(.image("tiny-vmdk")) })
        #expect(steps[0].action == .primeCache(image: "tiny-vmdk", cluster: "vc1/cluster_a"))
        let priming = try #require(view.cachePrimings.first)
        #expect(priming.cache.folder == "sandbox-vmware1-cluster_a_base")
        #expect(priming.cache.datastoreRegex == "^shared-")
        #expect(priming.rootDisks == [1])
        view.primed = ["vc1/cluster_a tiny-vmdk", "vc1/cluster_b tiny-vmdk"]
        #expect(view.plan().isEmpty)
        #expect(try Self.view(priming: false).plan().isEmpty)
    }
}
