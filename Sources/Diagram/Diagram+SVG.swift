import Wording

extension Diagram {
    /// The picture as a document of SVG 1.1 that needs nothing from outside. Follows the reader's light or dark theme.
    public func svg() -> String { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + element() }

    /// The picture as an element to stand in an HTML page.
    public func element() -> String { Drawing(diagram: self, layout: Layout(self)).text }

    /// The picture in a page of its own.
    public func html() -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(XMLText.escaped(title))</title>
        <style>
        :root { color-scheme: light dark; }
        body { margin: 0; font: 16px system-ui, sans-serif; background: Canvas; color: CanvasText; }
        main { overflow-x: auto; padding: 1rem; }
        svg { display: block; margin: auto; width: 100%; min-width: 640px; max-width: \(Layout(self).width)px; }
        </style>
        </head>
        <body><main>
        \(element())</main></body>
        </html>

        """
    }
}

/// The elements of one picture.
private struct Drawing {
    let diagram: Diagram
    let layout: Layout

    private static let style = """
        .pv { --ink: #1c2733; --dim: #5b6b7c; --paper: #ffffff; --box: #f3f6fa; --edge: #9fb0c3; --group: #eaf1fb;
          --good: #1a7f37; --bad: #c6262e; --net: #3b6ea8; --net-ink: #ffffff; --mgmt: #6b7785; }
        @media (prefers-color-scheme: dark) { .pv { --ink: #e6edf3; --dim: #9aa9b8; --paper: #12181f; --box: #1e2731;
          --edge: #4d5f73; --group: #18222e; --good: #4cc38a; --bad: #ff8a80; --net: #2f5f97; --mgmt: #4a5663; } }
        .pv text { font: 12px system-ui, sans-serif; fill: var(--ink); }
        .pv .title { font-size: 20px; font-weight: 600; } .pv .name { font-size: 13px; font-weight: 600; }
        .pv .dim { fill: var(--dim); } .pv .good { fill: var(--good); } .pv .bad { fill: var(--bad); }
        .pv .box { fill: var(--box); stroke: var(--edge); } .pv .box.good { fill: var(--box); stroke: var(--good); }
        .pv .box.bad { fill: var(--box); stroke: var(--bad); stroke-width: 2; }
        .pv .group { fill: var(--group); stroke: var(--edge); } .pv .paper { fill: var(--paper); }
        .pv .net { fill: var(--net); } .pv .mgmt { fill: var(--mgmt); } .pv .on { fill: var(--net-ink); }
        .pv .wire { stroke: var(--edge); stroke-width: 2; fill: none; } .pv .netwire { stroke: var(--net); }
        .pv .drive { stroke: var(--dim); stroke-width: 1.5; stroke-dasharray: 4 3; fill: none; }
        .pv .arrow { fill: var(--dim); }

        """

    var text: String {
        let (width, height) = (layout.width, layout.height)
        let label = XMLText.escaped("\(diagram.title), \(diagram.subtitle)")
        let start = """
            <svg xmlns="http://www.w3.org/2000/svg" class="pv" viewBox="0 0 \(width) \(height)" role="img" \
            aria-label="\(label)">
            <style>
            \(Self.style)</style>
            <rect class="paper" width="\(width)" height="\(height)"/>

            """
        let head =
            line(diagram.title, "title", Layout.margin, 34, columns: 60)
            + line(diagram.subtitle, "dim", Layout.margin, 54, columns: 90)
        return start + head + wires() + drives() + bars() + boxes() + "</svg>\n"
    }

    /// From every box to the management network, and from those with instances to theirs.
    private func wires() -> String {
        let bar = layout.management
        var text = ""
        for rect in layout.control { text += wire(rect.middle, rect.bottom, bar.y, "wire") }
        for rect in layout.computes + layout.vcenters.map(\.frame) {
            text += wire(rect.x + 24, bar.bottom, rect.y, "wire")
        }
        text += zip(diagram.computes, layout.computes).map(networkWires).joined()
        // Those of control nodes would cross the computes: their agents serve the networks from the management row.
        for (group, places) in zip(diagram.vcenters, layout.vcenters) {
            text += zip(group.clusters, places.clusters).map(networkWires).joined()
        }
        return text
    }

    private func networkWires(_ box: Diagram.Box, _ rect: Layout.Rect) -> String {
        var text = ""
        for (index, network) in diagram.networks.enumerated() where box.networks.contains(network.id) {
            let x = rect.x + rect.width * (index + 1) / (diagram.networks.count + 1)
            text += wire(x, rect.bottom, layout.networks[index].y, "wire netwire")
        }
        return text
    }

    private func wire(_ x: Int, _ from: Int, _ to: Int, _ style: String) -> String {
        "<path class=\"\(style)\" d=\"M\(x) \(from)V\(to)\"/>\n"
    }

    /// Which node's nova-compute drives which vCenter.
    private func drives() -> String {
        var text = ""
        var channels = layout.channels.makeIterator()
        for (box, rect) in zip(diagram.computes, layout.computes) {
            for (place, name) in box.drives.enumerated() {
                guard let y = channels.next(), let index = diagram.vcenters.firstIndex(where: { $0.name == name })
                else { continue }
                let target = layout.vcenters[index].frame
                let (x, end) = (rect.right - 24 - 12 * place, target.x + 56 + 12 * place)
                text += "<path class=\"drive\" d=\"M\(x) \(rect.y)V\(y)H\(end)V\(target.y - 6)\"/>\n"
                text += "<path class=\"arrow\" d=\"M\(end - 4) \(target.y - 7)h8l-4 7z\"/>\n"
            }
        }
        return text
    }

    private func bars() -> String {
        bar(diagram.management, layout.management, "mgmt")
            + zip(diagram.networks, layout.networks).map { bar($0, $1, "net") }.joined()
    }

    private func bar(_ network: Diagram.Bar, _ rect: Layout.Rect, _ style: String) -> String {
        shape(rect, style, radius: 6) + line(network.title, "on", rect.x + 12, rect.y + 16, columns: rect.width / 7)
    }

    private func boxes() -> String {
        let nodes = zip(diagram.control + diagram.computes, layout.control + layout.computes).map(box).joined()
        return nodes + zip(diagram.vcenters, layout.vcenters).map(group).joined()
    }

    private func group(_ group: Diagram.Group, _ places: (frame: Layout.Rect, clusters: [Layout.Rect])) -> String {
        let (x, y) = (places.frame.x + 12, places.frame.y)
        let columns = places.frame.width / 7
        return shape(places.frame, "group", radius: 10) + line(group.name, "name", x, y + 18, columns: columns)
            + line(group.line, "dim", x, y + 34, columns: columns)
            + zip(group.clusters, places.clusters).map(box).joined()
    }

    private func box(_ box: Diagram.Box, _ rect: Layout.Rect) -> String {
        let mood = box.verdict.map { $0.failed == 0 ? "good" : "bad" }
        let behind = Layout.Rect(x: rect.x + 5, y: rect.y - 5, width: rect.width, height: rect.height)
        var text = box.count > 1 ? shape(behind, "box", radius: 8) : ""
        text += shape(rect, (["box"] + [mood].compactMap(\.self)).joined(separator: " "), radius: 8)
        var y = rect.y + 20
        text += line(box.title, "name", rect.x + 12, y, columns: Layout.columns - 2)
        for detail in box.lines {
            y += Layout.lineHeight
            text += line(detail, "dim", rect.x + 12, y, columns: Layout.columns)
        }
        if let verdict = box.verdict, let mood {
            let mark = verdict.failed == 0 ? "✓" : "✗"
            text += line("\(mark) \(verdict.text)", mood, rect.x + 12, y + Layout.lineHeight, columns: Layout.columns)
        }
        return text
    }

    private func shape(_ rect: Layout.Rect, _ style: String, radius: Int) -> String {
        """
        <rect class="\(style)" x="\(rect.x)" y="\(rect.y)" width="\(rect.width)" height="\(rect.height)" rx="\(radius)"/>

        """
    }

    /// A line of text; what has no room is cut, and told in full to who points at it.
    private func line(_ text: String, _ style: String, _ x: Int, _ y: Int, columns: Int) -> String {
        let fits = text.count <= columns
        let shown = fits ? text : text.prefix(columns - 1) + "…"
        let whole = fits ? "" : "<title>\(XMLText.escaped(text))</title>"
        return "<text class=\"\(style)\" x=\"\(x)\" y=\"\(y)\">\(whole)\(XMLText.escaped(shown))</text>\n"
    }
}
