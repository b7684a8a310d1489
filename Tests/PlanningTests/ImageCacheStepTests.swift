import LabViews
import Planning
import Testing

@Suite("Nova's image caches in a plan")
struct ImageCacheStepTests {
    @Test("are primed for each cluster that asks for it, once, after the upload")
    func steps() throws {
        var view = try Views.withImageCaches()
        let steps = view.plan().steps
        #expect(
            steps.map(\.title) == [
                "prime the image cache of vc1/cluster_a with tiny-vmdk",
                "prime the image cache of vc1/cluster_b with tiny-vmdk",
            ])
        #expect(steps.allSatisfy { $0.after.contains(.image("tiny-vmdk")) })
        #expect(steps[0].action == .primeCache(image: "tiny-vmdk", cluster: "vc1/cluster_a"))
        view.primed = Set(view.cachePrimings)
        #expect(view.primed.count == 2)
        #expect(view.plan().isEmpty)
        #expect(try Views.withImageCaches(priming: false).plan().isEmpty)
    }
}
