import ImageMeta

extension Flavor {
    /// Why vSphere makes no virtual machine of this flavor; nil: it does.
    public var vsphereRefusal: String? { VSphereMemory.refusal(ofMiB: ramMB)?.what }
}
