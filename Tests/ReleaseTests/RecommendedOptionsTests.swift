import Foundation
import Testing

@testable import Release

/// The options that each role needs, as they were gathered from the releases' own documentation and code.
@Suite("the options that the roles need")
struct RecommendedOptionsTests {
    /// Where the value is filled in later, any value of the kind stands for it.
    private func filled(_ value: String) -> String {
        value.replacing(/\{([^}]*)\}/) { match in
            let name = String(match.1)
            return name == "host_ip" ? "192.0.2.1" : Double(name) == nil ? "example" : name
        }
    }

    @Test("are known to every release that they are meant for, with these values")
    func known() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/recommended.tsv")
        var count = 0
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            try #require(parts.count == 5)
            for release in parts[4].split(separator: " ") {
                let problems = try Release(named: String(release)).catalog.check(
                    OptionSetting(
                        file: parts[0], section: parts[1], option: parts[2], values: [filled(parts[3])],
                        authType: "password",
                        names: .backends(parts[0] == "cinder.conf" ? "vmdk" : "fs:file,vc:vmware"))
                )
                #expect(problems.allSatisfy { $0.isWarning }, "\(release) \(line): \(problems)")
                count += 1
            }
        }
        #expect(count > 2000)
    }
}
