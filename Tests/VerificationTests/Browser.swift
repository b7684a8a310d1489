import Foundation
import Subprocess

/// A real browser without a window: Chromium's headless shell.
struct Browser {
    /// What a page looks like to a reader.
    struct Look: Decodable {
        /// Columns of pixels that the page wants, and that there are.
        var wanted: Int
        var there: Int
        var rows: Int
        var bars: Int
        var failures: Int
        var boxes: Int
        /// Bars of the chart of capacity.
        var levels: Int
        /// Contrast of the text to the page, as WCAG 2.1 §1.4.3 counts it.
        var contrast: Double
        var isDark: Bool
        /// Addresses that the page would load something from.
        var outside: [String]
    }

    /// The page as it looks at a width, and what the browser complained of.
    static func look(at page: String, width: Int, dark: Bool) async throws -> (look: Look, complaints: [String]) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "polyvisor-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "frame.html")
        try Data(frame(page, width).utf8).write(to: file)
        let result = try await Subprocess.run(
            .name("chromium-headless-shell"),
            arguments: [
                "--no-sandbox", "--disable-gpu", "--user-data-dir=\(folder.path)/profile", "--window-size=1600,1200",
                "--blink-settings=preferredColorScheme=\(dark ? 0 : 1)", "--enable-logging=stderr",
                "--virtual-time-budget=5000", "--dump-dom", file.absoluteString,
            ], output: .string(limit: 1 << 24), error: .string(limit: 1 << 22))
        let text = result.standardOutput
        guard let match = text.firstMatch(of: /<pre id="result">(.*?)<\/pre>/) else { throw NoLook(page: text) }
        let look = try JSONDecoder().decode(Look.self, from: Data(match.1.utf8))
        let errors = result.standardError.split(separator: "\n").map(String.init)
        return (look, errors.filter { $0.contains("CONSOLE") })
    }

    struct NoLook: Error { var page: String }

    /// The page stands in a frame, because its own rules let no script run in it.
    private static func frame(_ page: String, _ width: Int) -> String {
        let escaped = page.replacing("&", with: "&amp;").replacing("\"", with: "&quot;")
        return """
            <!DOCTYPE html><meta name="color-scheme" content="light dark"><pre id="result"></pre>
            <iframe id="page" style="border:0;width:\(width)px;height:1000px" srcdoc="\(escaped)"></iframe>
            <script>
            const level = (rgb) => rgb.match(/[\\d.]+/g).slice(0, 3).map(Number).map(c => c / 255)
              .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
              .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
            page.onload = () => {
              const doc = page.contentDocument, body = doc.body, style = page.contentWindow.getComputedStyle(body);
              const [ink, paper] = [level(style.color), level(style.backgroundColor)];
              const seen = (selector) => [...doc.querySelectorAll(selector)]
                .filter(e => e.getBoundingClientRect().width > 0).length;
              result.textContent = JSON.stringify({
                wanted: doc.documentElement.scrollWidth, there: \(width),
                rows: seen(".matrix tbody tr"), bars: seen(".times .bar"), failures: seen(".failure"),
                boxes: seen(".pv .box"), levels: seen(".level"),
                contrast: (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05), isDark: paper < ink,
                outside: [...doc.querySelectorAll("[src],link[href],image")].map(e => e.outerHTML),
              });
            };
            </script>
            """
    }
}
