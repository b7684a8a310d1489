import Wording

extension Diagram {
    /// The picture as a Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html), e.g. for a page on GitHub.
    public func mermaid() -> String {
        let names = numbered("n")
        var lines = ["flowchart TB"]
        for bar in [management] + networks {
            lines.append("  \(names[bar.id, default: ""])[[\(Self.label([bar.title]))]]")
        }
        for box in control + computes { lines.append("  \(names[box.id, default: ""])[\(Self.label(box.text))]") }
        for group in vcenters {
            lines.append("  subgraph \(names[group.id, default: ""])[\(Self.label([group.name, group.line]))]")
            for box in group.clusters { lines.append("    \(names[box.id, default: ""])[\(Self.label(box.text))]") }
            lines.append("  end")
        }
        for link in links {
            let arrow = link.isDrive ? "-.->" : "---"
            lines.append("  \(names[link.from, default: ""]) \(arrow) \(names[link.to, default: ""])")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The picture in Graphviz's language (https://graphviz.org/doc/info/lang.html), to lay out with `dot -Tsvg`.
    public func dot() -> String {
        var lines = [
            "digraph \(Self.quoted(title)) {", "  label=\(Self.quoted("\(title)\n\(subtitle)"));", "  compound=true;",
            "  node [shape=box, style=rounded];", "  edge [dir=none];",
        ]
        for bar in [management] + networks {
            lines.append("  \(Self.quoted(bar.id)) [label=\(Self.quoted(bar.title)), shape=plaintext];")
        }
        for box in control + computes { lines.append("  " + Self.dot(box)) }
        for group in vcenters {
            lines.append("  subgraph \(Self.quoted("cluster_\(group.id)")) {")
            lines.append("    label=\(Self.quoted("\(group.name)\n\(group.line)"));")
            lines.append("    \(Self.quoted(group.id)) [shape=point, style=invis];")
            lines += group.clusters.map { "    " + Self.dot($0) } + ["  }"]
        }
        for link in links {
            let style =
                link.isDrive ? " [dir=forward, style=dashed, lhead=\(Self.quoted("cluster_\(link.to)"))]" : ""
            lines.append("  \(Self.quoted(link.from)) -> \(Self.quoted(link.to))\(style);")
        }
        return lines.joined(separator: "\n") + "\n}\n"
    }

    private struct Link {
        var from: String
        var to: String
        var isDrive = false
    }

    /// Every line of the picture, by the ids at its ends.
    private var links: [Link] {
        let boxes = control + computes
        let groups = Dictionary(vcenters.map { ($0.name, $0.id) }) { first, _ in first }
        return boxes.map { Link(from: $0.id, to: management.id) }
            + vcenters.map { Link(from: $0.id, to: management.id) }
            + (boxes + vcenters.flatMap(\.clusters)).flatMap { box in
                box.networks.map { Link(from: box.id, to: $0) }
                    + box.drives.compactMap { groups[$0] }.map { Link(from: box.id, to: $0, isDrive: true) }
            }
    }

    /// Names without a letter that means something to Mermaid.
    private func numbered(_ prefix: String) -> [String: String] {
        let ids =
            [management.id] + networks.map(\.id) + (control + computes).map(\.id)
            + vcenters.flatMap { [$0.id] + $0.clusters.map(\.id) }
        return Dictionary(ids.enumerated().map { ($1, "\(prefix)\($0)") }) { first, _ in first }
    }

    private static func label(_ lines: [String]) -> String {
        // Mermaid writes the entity &lt; as #lt;, and the reference &#9; as #9;.
        let escaped = lines.map { line in
            XMLText.escaped(line).replacing("&#", with: "#").replacing("&", with: "#").replacing("`", with: "#96;")
        }
        return "\"" + escaped.joined(separator: "<br>") + "\""
    }

    private static func dot(_ box: Box) -> String {
        let color = box.verdict.map { $0.failed == 0 ? ", color=darkgreen" : ", color=red, penwidth=2" } ?? ""
        return "\(quoted(box.id)) [label=\(quoted(box.text.joined(separator: "\n")))\(color)];"
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        return "\"\(escaped)\""
    }
}

extension Diagram.Box {
    fileprivate var text: [String] {
        [title] + lines + [verdict.map { "\($0.failed == 0 ? "✓" : "✗") \($0.text)" }].compactMap(\.self)
    }
}
