/// Where everything of a diagram stands, in SVG user units. Three rows: control nodes, the management network, and
/// the computes beside the vCenters; the instances' networks below.
struct Layout {
    struct Rect: Equatable {
        var x: Int
        var y: Int
        var width: Int
        var height: Int
        var bottom: Int { y + height }
        var right: Int { x + width }
        var middle: Int { x + width / 2 }
    }

    static let boxWidth = 184
    static let gap = 20
    static let margin = 24
    static let lineHeight = 16
    static let barHeight = 24
    static let headHeight = 64
    /// What a line of text in a box has room for, at 12 px of a sans-serif font.
    static let columns = 26

    private(set) var width: Int
    private(set) var height: Int
    private(set) var control: [Rect] = []
    private(set) var computes: [Rect] = []
    private(set) var vcenters: [(frame: Rect, clusters: [Rect])] = []
    private(set) var management: Rect
    private(set) var networks: [Rect] = []
    /// The y of the line from a compute to the vCenter that it drives, by compute and vCenter.
    private(set) var channels: [Int]

    init(_ diagram: Diagram) {
        let controlHeight = diagram.control.map(Self.height).max() ?? 0
        let computeHeight = diagram.computes.map(Self.height).max() ?? 0
        let clusterHeight = diagram.vcenters.flatMap(\.clusters).map(Self.height).max() ?? 0
        let groupHeight = diagram.vcenters.isEmpty ? 0 : clusterHeight + Self.groupHead + Self.groupPadding
        let rowWidth = Self.width(of: diagram)
        width = max(640, rowWidth + 2 * Self.margin)

        var y = Self.headHeight + Self.margin / 2
        let (margin, full) = (Self.margin, width - 2 * Self.margin)
        control = Self.row(
            diagram.control.count, x: Self.centred(diagram.control.count, in: width), y: y, controlHeight)
        y += controlHeight + (diagram.control.isEmpty ? 0 : Self.stub)
        management = Rect(x: margin, y: y, width: full, height: Self.barHeight)
        y += Self.barHeight + Self.stub

        let drives = diagram.computes.reduce(0) { $0 + $1.drives.count }
        let channelTop = y - Self.stub / 2
        channels = (0..<drives).map { channelTop + $0 * Self.channelGap }
        y += max(0, drives - 1) * Self.channelGap
        var x = (width - rowWidth) / 2
        computes = Self.row(diagram.computes.count, x: x, y: y, computeHeight)
        x += diagram.computes.count * (Self.boxWidth + Self.gap)
        for group in diagram.vcenters {
            let frame = Rect(x: x, y: y, width: Self.width(of: group), height: groupHeight)
            let inner = Self.row(
                group.clusters.count, x: x + Self.groupPadding, y: y + Self.groupHead, clusterHeight)
            vcenters.append((frame, inner))
            x = frame.right + Self.gap
        }
        y += max(computeHeight, groupHeight) + Self.stub
        for _ in diagram.networks {
            networks.append(Rect(x: margin, y: y, width: full, height: Self.barHeight))
            y += Self.barHeight + 12
        }
        height = y + Self.margin / 2
    }

    private static let stub = 28
    private static let channelGap = 8
    private static let groupHead = 44
    private static let groupPadding = 12

    private static func height(of box: Diagram.Box) -> Int {
        16 + lineHeight * (1 + box.lines.count + (box.hosts.isEmpty ? 0 : 1)) + 8
    }

    private static func width(of group: Diagram.Group) -> Int {
        let inner = max(1, group.clusters.count)
        return inner * boxWidth + (inner - 1) * gap + 2 * groupPadding
    }

    private static func width(of diagram: Diagram) -> Int {
        let widths = diagram.computes.map { _ in boxWidth } + diagram.vcenters.map(width)
        let control = diagram.control.count * (boxWidth + gap) - gap
        return max(control, widths.reduce(0, +) + gap * max(0, widths.count - 1))
    }

    private static func centred(_ count: Int, in width: Int) -> Int { (width - count * (boxWidth + gap) + gap) / 2 }

    private static func row(_ count: Int, x: Int, y: Int, _ height: Int) -> [Rect] {
        (0..<count).map { Rect(x: x + $0 * (boxWidth + gap), y: y, width: boxWidth, height: height) }
    }
}
