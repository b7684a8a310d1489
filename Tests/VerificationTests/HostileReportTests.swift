import Foundation
import Testing

@testable import Verification

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite("a report of hostile text")
struct HostileReportTests {
    private static let texts: [String] = {
        let controls = (0...0x9F).compactMap(Unicode.Scalar.init).map { "a\($0)z" }
        return controls
            + [
                "]]>", "<![CDATA[x]]>", "&amp;&#0;", "\r\n\t \"'", "<!-- -->", "\u{FFFE}\u{FFFF}", "\u{1F600}",
                "\u{202E}x",
            ]
    }()

    @Test("is well-formed JUnit", arguments: [VerificationReport.mixed, .passed, .empty])
    func junitIsWellFormed(_ report: VerificationReport) {
        var hostile = report
        for text in Self.texts {
            var hypervisor = HypervisorReport(host: text, node: text)
            hypervisor.checks = [
                CheckReport(.guestReady, .skipped(text)),
                CheckReport(.active, .failed(CheckFailure(layer: .nova, reason: text, look: text))),
            ]
            hostile.hypervisors.append(hypervisor)
            hostile.warnings.append(text)
        }
        let parser = XMLParser(data: Data(hostile.junit().utf8))
        let parsed = parser.parse()
        #expect(parsed, "\(String(describing: parser.parserError))")
    }
}
