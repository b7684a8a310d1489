import Foundation
import Synchronization
import Testing

@testable import GuestImage

/// Whether this machine has what building the image takes: scripts/install-prerequisites sees to it.
var canBuildGuest: Bool {
    isInstalled("apt-get", "sfdisk", "mkfs.vfat", "mcopy", "syslinux", "depmod", "qemu-img")
}

/// One image for all tests, kept for the next run beside what `swift build` makes.
func builtGuest() async throws -> GuestImage {
    try await GuestImage.build(in: FileManager.default.currentDirectoryPath + "/.build/guest-tests")
}

/// Whether a program is where Debian puts programs.
func isInstalled(_ names: String...) -> Bool {
    names.allSatisfy { name in
        ["/usr/bin", "/bin", "/usr/sbin", "/sbin"].contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
        }
    }
}

/// Counts from any thread.
final class Counter: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    func add() { count.withLock { $0 += 1 } }
}

/// A TCP port of the loopback address that was free a moment ago.
func freePort() throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
        }
    }
    try #require(status == 0)
    return UInt16(bigEndian: address.sin_port)
}
