import Testing

@testable import GuestImage

@Suite("the packages that the guest is made of")
struct GuestPackagesTests {
    private let listing = """
        Package: linux-image-cloud-amd64
        Source: linux-signed-amd64 (6.1.192+2)
        Version: 6.1.192-2
        Depends: linux-image-6.1.0-56-cloud-amd64 (= 6.1.192-2)
        Description-en: Linux for x86-64 cloud (meta-package)
         Package: not-a-field

        Package: busybox-static
        Version: 1:1.35.0-4+deb12u1+b1

        """

    @Test("the kernel is the package that the metapackage depends on")
    func concreteKernel() throws {
        let packages = try GuestPackages(listing: listing)
        #expect(packages.kernel == "linux-image-6.1.0-56-cloud-amd64")
        #expect(packages.kernelVersion == "6.1.192-2")
        #expect(packages.busyboxVersion == "1:1.35.0-4+deb12u1+b1")
    }

    @Test(
        "a package that apt does not know is named, with what to do",
        arguments: [("busybox-static"), ("linux-image-cloud-amd64")])
    func unknown(package: String) throws {
        let error = #expect(throws: GuestImageError.self) {
            try GuestPackages(listing: listing.replacing("Package: \(package)", with: "Package: other"))
        }
        #expect(error?.kind == .packageUnknown(package))
        #expect(error?.hint?.contains("apt-get update") == true)
    }

    @Test("another kernel or busybox is another image, and its key is a plain file name")
    func keys() throws {
        let packages = try GuestPackages(listing: listing)
        var newer = packages
        newer.busyboxVersion = "1:1.36.0-1"
        let key = GuestImage.key(for: packages)
        #expect(key != GuestImage.key(for: newer))
        #expect(key.hasPrefix("6.1.192-2-"))
        #expect(key.allSatisfy { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" })
    }
}
