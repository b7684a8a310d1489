import Testing
import Wording

@Suite("a duration")
struct DurationTests {
    @Test("has three digits after the seconds")
    func seconds() {
        #expect(Duration.microseconds(1_234_567).seconds == 1.235)
        #expect(Duration.milliseconds(-1500).seconds == -1.5)
    }

    @Test("has whole milliseconds, and words")
    func milliseconds() {
        #expect(Duration.microseconds(1_999).milliseconds == 1)
        #expect(Duration.seconds(2).milliseconds == 2000)
        #expect(Duration.milliseconds(1500).text == "1.5 s")
    }
}
