import Testing

@testable import Sandbox

@Suite("layers")
struct LayersTests {
    @Test("the order of the packages does not matter, the packages and the base do")
    func key() {
        let layers = Layers(base: BaseRoot(paths: Paths(root: "/nowhere")))
        #expect(layers.key(packages: ["b", "a"]) == layers.key(packages: ["a", "b"]))
        #expect(layers.key(packages: ["a"]) != layers.key(packages: ["a", "b"]))
        var other = layers
        other.base.recipe.suite = "trixie"
        #expect(layers.key(packages: ["a"]) != other.key(packages: ["a"]))
    }

    @Test("a node starts on the bare base when there is no layer")
    func lowers() {
        let layers = Layers(base: BaseRoot(paths: Paths(root: "/nowhere")))
        #expect(layers.lowers(startingOn: nil) == [layers.base.directory])
        #expect(layers.lowers(startingOn: "0123456789abcdef") == [layers.base.directory])
    }

    @Test("a base's key depends on the recipe")
    func baseKey() {
        var recipe = BaseRecipe()
        let key = recipe.key
        recipe.packages.append("vim")
        #expect(recipe.key != key)
    }
}
