import Testing

@testable import Web

@Suite("Charts") struct BarChartTests {
    private static func rects(_ svg: String) -> [Substring] {
        svg.split(separator: "\n").filter { $0.hasPrefix("<rect") }
    }

    @Test("The greatest bar leaves room for its text, and the others are in proportion") func heights() {
        // Given three values
        let chart = BarChart([.init("a", 200, text: "2"), .init("b", 100, text: "1"), .init("c", 50, text: "0")])
        // When the chart is drawn, 200 pixels high
        let rects = Self.rects(chart.svg("chart"))
        // Then the bars stand on the line at 170
        #expect(
            rects == [
                #"<rect x="6.7%" y="24" width="20.0%" height="146" rx="4"/>"#,
                #"<rect x="40.0%" y="97" width="20.0%" height="73" rx="4"/>"#,
                #"<rect x="73.3%" y="133" width="20.0%" height="37" rx="4"/>"#,
            ])
    }

    @Test("A value of nothing, below nothing or unknown has no bar, and any other can be seen") func smallest() {
        let chart = BarChart([
            .init("a", 0, text: "0"), .init("b", nil, text: "—"), .init("c", -5, text: "-5"), .init("d", 1, text: "1"),
            .init("e", 1_000_000, text: "much"),
        ])
        let rects = Self.rects(chart.svg("chart"))
        #expect(rects.count == 2)
        #expect(rects[0].contains(#"height="2""#))
        #expect(Self.rects(BarChart([.init("a", 0, text: "0")]).svg("chart")).isEmpty)
    }

    @Test("The bar of the page has a class of its own, and so have its texts") func now() {
        let svg = BarChart([.init("a", 1, text: "1"), .init("b", 1, text: "1", isNow: true)]).svg("chart")
        #expect(svg.contains(#"<rect class="now" x="60.0%""#))
        #expect(
            svg.contains(#"<text class="value now" x="75.0%" y="16">1</text><text class="now" x="75.0%" y="192">b"#))
        #expect(svg.contains(#"<text class="value" x="25.0%" y="16">1</text><text x="25.0%" y="192">a"#))
    }

    @Test("Texts are escaped") func escapes() {
        let svg = BarChart([.init("<b>", 1, text: "\"&\"")]).svg("a \"name\" & more")
        #expect(svg.contains(#"aria-label="a &quot;name&quot; &amp; more""#))
        #expect(svg.contains("&lt;b&gt;"))
        #expect(svg.contains("&quot;&amp;&quot;"))
    }

    @Test("A chart without bars is a line, and a chart may be higher") func empty() {
        #expect(
            BarChart([], height: 260).svg("chart")
                == """
                <svg class="chart" height="260" role="img" aria-label="chart">
                <line x1="0" x2="100%" y1="230.5" y2="230.5"/>
                </svg>
                """)
    }
}
