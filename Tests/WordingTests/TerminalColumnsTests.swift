import Testing
import Wording

@Suite("columns")
struct TerminalColumnsTests {
    @Test(
        "columns of a terminal",
        arguments: [("abc", 3), ("äöü", 3), ("数据", 4), ("한글", 4), ("✓–✗", 3), ("e\u{301}", 1), ("👍", 2), ("", 0)])
    func columns(_ text: String, _ expected: Int) { #expect(text.columns == expected) }
}
