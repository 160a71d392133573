/// A chart of bars as SVG, which the server writes, so that it needs no script. Its classes are those of the style
/// sheet. Widths are percents and heights are pixels, so the text keeps its size on every screen.

internal import Phrases

package struct BarChart: Sendable {
    package struct Bar: Sendable {
        /// Below the bar, as in `нояб`.
        var label: String
        /// Nil if it is not known. A value below zero has no bar.
        var value: Int64?
        /// Above the bar.
        var text: String
        /// The bar that the page is about.
        var isNow: Bool

        package init(_ label: String, _ value: Int64?, text: String, isNow: Bool = false) {
            (self.label, self.value, self.text, self.isNow) = (label, value, text, isNow)
        }
    }

    private let bars: [Bar]
    private let height: Int64
    /// Below the line stand the labels.
    private let baseline: Int64

    /// - Parameter height: In pixels, for bars, texts and labels.
    package init(_ bars: [Bar], height: Int64 = 200) {
        (self.bars, self.height, baseline) = (bars, height, height - 30)
    }

    /// - Parameter name: What a screen reader says instead of the picture.
    package func svg(_ name: String) -> String {
        var svg = #"<svg class="chart" height="\#(height)" role="img" aria-label="\#(escapedHTML(name))">"#
        let greatest = bars.compactMap(\.value).max() ?? 0
        let count = Int64(bars.count)
        for (index, bar) in bars.enumerated() {
            let index = Int64(index)
            let barHeight = barHeight(bar.value ?? 0, greatest)
            // A bar takes three fifths of its slot.
            let (left, width) = (percent(5 * index + 1, 5 * count), percent(3, 5 * count))
            let middle = percent(2 * index + 1, 2 * count)
            let top = baseline - barHeight
            if barHeight > 0 {
                svg += "\n<rect\(bar.isNow ? #" class="now""# : "") x=\"\(left)\" y=\"\(top)\" width=\"\(width)\""
                svg += " height=\"\(barHeight)\" rx=\"4\"/>"
            }
            svg += "\n<text class=\"value\(bar.isNow ? " now" : "")\" x=\"\(middle)\" y=\"\(top - 8)\">"
            svg += "\(escapedHTML(bar.text))</text>"
            svg +=
                "<text\(bar.isNow ? #" class="now""# : "") x=\"\(middle)\" y=\"\(height - 8)\">\(escapedHTML(bar.label))</text>"
        }
        return svg + "\n<line x1=\"0\" x2=\"100%\" y1=\"\(baseline).5\" y2=\"\(baseline).5\"/>\n</svg>"
    }

    /// In pixels. A value above zero can always be seen, and the greatest bar leaves room for its text.
    private func barHeight(_ value: Int64, _ greatest: Int64) -> Int64 {
        guard value > 0 else { return 0 }
        let part = Double(value) / Double(greatest) * Double(baseline - 24)
        return max(2, Int64(part.rounded()))
    }
}

/// A part of a whole as in `16.7%`.
private func percent(_ part: Int64, _ whole: Int64) -> String {
    let tenths = (part * 2000 + whole) / (2 * whole)
    return "\(tenths / 10).\(tenths % 10)%"
}
