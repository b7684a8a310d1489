import Foundation
import Testing
import Wording

@Suite("a JUnit report")
struct JUnitReportTests {
    @Test("counts its cases and makes strangers' text fit to print")
    func document() {
        let suite = JUnitReport.Suite(
            "kvm<1>", seconds: 1.5, properties: [("run", "7"), ("node", nil)],
            cases: [
                .init("boots", classname: "polyvisor.kvm1", seconds: 1, .passed(output: nil)),
                .init("answers", classname: "polyvisor.kvm1", .skipped("no & address")),
                .init(
                    "logs in", classname: "polyvisor.kvm1", .failed(type: "guest", message: "a\u{1B}b", text: "c\nd")),
            ], output: ["one", "two"])
        let report = JUnitReport("t", started: Date(timeIntervalSince1970: 0), seconds: 2, suites: [suite])
        #expect(
            report.text == """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuites name="t" tests="3" failures="1" errors="0" skipped="1" time="2.000">
                  <testsuite name="kvm&lt;1&gt;" tests="3" failures="1" errors="0" skipped="1" time="1.500" \
                timestamp="1970-01-01T00:00:00">
                    <properties>
                      <property name="run" value="7"/>
                    </properties>
                    <testcase name="boots" classname="polyvisor.kvm1" time="1.000"/>
                    <testcase name="answers" classname="polyvisor.kvm1" time="0.000"><skipped message="no &amp; address"/></testcase>
                    <testcase name="logs in" classname="polyvisor.kvm1" time="0.000"><failure type="guest" message="a␛b">c&#10;d</failure></testcase>
                    <system-out>one&#10;two</system-out>
                  </testsuite>
                </testsuites>

                """)
    }
}
