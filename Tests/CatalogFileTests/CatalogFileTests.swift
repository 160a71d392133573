import Testing

@testable import CatalogFile

@Suite("A catalogue file")
struct CatalogFileTests {
    /// The smallest valid catalogue, with places to break.
    static func yaml(
        terms: String = "{ tariff_change_fee: 150, tariff_change_free_after_days: 30 }",
        ranges: String = #"[{ prefix: "7", digits: 11 }]"#,
        region: String = "{ name: Москва, offsets: [{ offset: +04:00 }, { offset: +03:00, from: 2014-10-26 }] }",
        tariff: String = "{ name: Base, fee: 0, period: open }",
        option: String = "{ name: Extra, fee: 10.5, period: 1d }"
    ) -> String {
        """
        terms: \(terms)
        ranges: \(ranges)
        regions:
          msk: \(region)
        tariffs:
          base: \(tariff)
        options:
          extra: \(option)
          other: { name: Other, fee: 0, period: open }
        """
    }

    private func load(_ yaml: String) throws -> CatalogFile { try CatalogFile.load(yaml: yaml, name: "c.yaml") }

    @Test("becomes the requests that publish it, in order")
    func requests() throws {
        let catalog = try load(
            Self.yaml(
                tariff: """
                    { name: "Мой \\"онлайн\\"", fee: "400", period: 30d, segment: individual, regions: [msk],
                      connection_fee: 1.5, includes: { voice: 500 min, data: 12 GB, messages: 50 }, retired: true,
                      rates: [{ usage: voice, direction: out, price: 1.95, per: 1 min },
                              { usage: sms, price: 1.95 }, { usage: data, price: 10, per: 1 MB }] }
                    """,
                option: "{ name: Extra, fee: 10.5, period: 1d, tariffs: [base], excludes: [other] }"))
        #expect(
            catalog.requests(draft: 7).map(\.line) == [
                "CATALOG.PUT 7 terms general tariff_change_fee=150.00 tariff_change_free_after_days=30",
                "CATALOG.PUT 7 range 7 digits=11",
                "CATALOG.PUT 7 region msk name=Москва offsets=240,180@2014-10-26",
                #"CATALOG.PUT 7 tariff base name="Мой \"онлайн\"" fee=400.00 period=30d segment=individual regions=msk "#
                    + "connection_fee=1.50 voice_seconds=30000 data_bytes=12884901888 messages=50 "
                    + "rates=voice:out:1.95/60,sms:any:1.95/1,data:any:10.00/1048576 retired=1",
                "CATALOG.PUT 7 option extra name=Extra fee=10.50 period=1d tariffs=base excludes=other",
                "CATALOG.PUT 7 option other name=Other fee=0.00 period=open excludes=extra",
                "CATALOG.PUBLISH 7",
            ])
        #expect(CatalogRequest.draft.line == "CATALOG.DRAFT empty=1")
    }

    private static func yaml(zones: String, tariff: String) -> String {
        yaml(tariff: tariff).replacing("tariffs:", with: "zones: { \(zones) }\ntariffs:")
    }

    @Test("holds zones, packages, price steps, and prices by destination")
    func usage() throws {
        let catalog = try load(
            Self.yaml(
                zones: #"far: { name: Far, prefixes: ["1", "44"], abroad: true }, town: { name: Town, home_of: msk }"#,
                tariff: """
                    { name: Base, fee: 1, period: month, buckets: [
                        { usage: voice, scope: on_net, unlimited: true, priority: 10 },
                        { usage: voice, direction: any, amount: 100 min, per: 1 s, price: 0.50 },
                        { usage: data, amount: 5 GB, scope: town, rollover: true }],
                      rates: [{ usage: voice, price: 1, per: 1 min, scope: far, connection: 2 },
                              { usage: voice, price: 2, per: 1 min, unpaid: true },
                              { usage: data, price: 3, per: 1 MB, accumulated: true }] }
                    """))
        let lines = catalog.requests(draft: 7).map(\.line)
        #expect(lines.contains("CATALOG.PUT 7 zone far name=Far prefixes=1,44 abroad=1"))
        #expect(lines.contains("CATALOG.PUT 7 zone town name=Town region=msk"))
        let tariff = try #require(lines.first { $0.contains("tariff base") })
        #expect(
            tariff.contains(
                #"buckets="voice:out:unlimited:scope=on_net:priority=10,voice:any:6000:unit=1:price=0.50,"#
                    + #"data:any:5368709120:scope=town:rollover""#))
        #expect(
            tariff.contains(
                #"rates="voice:any:1.00/60:scope=far:connection=2.00,voice:any:2.00/60:unpaid,"#
                    + #"data:any:3.00/1048576:accumulated""#))
    }

    @Test(
        "with a mistake about usage is refused, and the message says how to correct it",
        arguments: [
            ("on_net: { name: X }", "", "are scopes already; choose another key"),
            (#"a: { name: A, prefixes: ["7"] }, b: { name: B, prefixes: ["7"] }"#, "", "7 is of a already; keep one"),
            ("a: { name: A, prefixes: [x] }", "", "1 to 15 digits in quotes"),
            ("a: { name: A, home_of: nowhere }", "", "there is no region nowhere"),
            ("a: { name: A }", "buckets: [{ usage: voice }]", "say an amount, such as amount: 1 min, or unlimited"),
            ("a: { name: A }", "buckets: [{ usage: sms, amount: 1, unlimited: true }]", "leave one of them out"),
            ("a: { name: A }", "buckets: [{ usage: data, amount: 1 GB, scope: b }]", "there is no zone b"),
            ("a: { name: A }", "buckets: [{ usage: sms, unlimited: true, rollover: true }]", "leave rollover out"),
            ("a: { name: A }", "buckets: [{ usage: sms, amount: 1, priority: 256 }]", "1 to 255"),
            ("a: { name: A }", "rates: [{ usage: sms, price: 1, scope: c }]", "there is no zone c"),
            (
                "a: { name: A }", "rates: [{ usage: data, price: 1, per: 1 MB, accumulated: true, connection: 1 }]",
                "no records to connect"
            ),
        ])
    func usageMistakes(zones: String, offering: String, cure: String) throws {
        let more = offering.isEmpty ? "" : ", \(offering)"
        let error = #expect(throws: CatalogFileError.self) {
            try load(Self.yaml(zones: zones, tariff: "{ name: Base, fee: 1, period: open\(more) }"))
        }
        #expect(
            error?.mistakes.contains { $0.message.contains(cure) && $0.line > 4 } == true, "\(error?.mistakes ?? [])")
    }

    @Test("keeps every kopeck of an amount that a floating-point number cannot hold")
    func exactMoney() throws {
        let catalog = try load(Self.yaml(tariff: "{ name: Base, fee: 9007199254740.93, period: open }"))
        #expect(catalog.items.first { $0.kind == "tariff" }?["fee"] == "9007199254740.93")
    }

    @Test(
        "with a mistake is refused with its place, and the message says how to correct it",
        arguments: [
            (yaml(tariff: "{ name: Base, fee: 4OO, period: open }"), 6, "an amount such as 400.00"),
            (yaml(tariff: "{ name: Base, fee: -1, period: open }"), 6, "an amount such as 400.00"),
            (yaml(tariff: "{ name: Base, fee: 1e3, period: open }"), 6, "an amount such as 400.00"),
            (yaml(tariff: "{ name: Base, fee: 1.005, period: open }"), 6, "an amount such as 400.00"),
            (yaml(tariff: "{ name: Base, fee: 1, period: 0d }"), 6, "30d, month, year or open"),
            (yaml(tariff: "{ name: Base, fee: 1, period: 367d }"), 6, "30d, month, year or open"),
            (yaml(tariff: "{ name: Base, fee: 1 }"), 6, "period is missing"),
            (yaml(tariff: "{ name: Base, fee: 1, period: open, fees: 2 }"), 6, "\"fees\" is not known"),
            (yaml(tariff: "{ name: Base, fee: 1, period: open, tariffs: [base] }"), 6, "not known here"),
            (yaml(tariff: "{ name: '', fee: 1, period: open }"), 6, "a name of one line"),
            (yaml(tariff: "{ name: Base, fee: 1, period: open, regions: [spb] }"), 6, "there is no region spb"),
            (yaml(tariff: "{ name: Base, fee: 1, period: open, segment: vip }"), 6, "any, individual, corporate"),
            (yaml(tariff: "{ name: Base, fee: 1, period: open, retired: yes }"), 6, "true, false"),
            (yaml(tariff: "{ name: Base, fee: 1, period: open, includes: { voice: 500 } }"), 6, "500 min"),
            (yaml(tariff: "{ name: Base, fee: 1, period: open, includes: { data: 1 Gb } }"), 6, "12 GB"),
            (yaml(tariff: "{ name: Base, fee: 1, period: open, includes: { data: 999999999999999 GB } }"), 6, "12 GB"),
            (yaml(tariff: "{ name: B, fee: 1, period: open, rates: [{ usage: voice, price: 1 }] }"), 6, "per: 1 min"),
            (
                yaml(tariff: "{ name: B, fee: 1, period: open, rates: [{ usage: voice, price: 1, per: 1 MB }] }"), 6,
                "such as 1 min"
            ),
            (
                yaml(
                    tariff:
                        "{ name: B, fee: 1, period: open, rates: [{ usage: sms, price: 1 }, { usage: sms, price: 2 }] }"
                ), 6, "has a price already"
            ),
            (yaml(option: "{ name: Extra, fee: 1, period: 1d, tariffs: [bose] }"), 8, "there is no tariff bose"),
            (yaml(option: "{ name: Extra, fee: 1, period: 1d, excludes: [extra] }"), 8, "cannot exclude itself"),
            (yaml(option: "{ name: Extra, fee: 1, period: 1d, excludes: [other, other] }"), 8, "stands twice"),
            (yaml(ranges: "[{ prefix: +7, digits: 11 }]"), 2, "1 to 15 digits"),
            (yaml(ranges: "[{ prefix: \"79001\", digits: 6 }]"), 2, "7 to 15"),
            (yaml(ranges: "[]"), 2, "at least one"),
            (yaml(ranges: "7"), 2, "write a list"),
            (yaml(region: "{ name: M, offsets: [{ offset: 3 }] }"), 4, "such as +03:00"),
            (yaml(region: "{ name: M, offsets: [{ offset: +15:00 }] }"), 4, "such as +03:00"),
            (yaml(region: "{ name: M, offsets: [{ offset: +03:00, from: 2014-10-26 }] }"), 4, "leave its from out"),
            (yaml(region: "{ name: M, offsets: [{ offset: +03:00 }, { offset: +04:00 }] }"), 4, "from when it holds"),
            (
                yaml(region: "{ name: M, offsets: [{ offset: +03:00 }, { offset: +04:00, from: 2014-02-29 }] }"), 4,
                "a date or an instant"
            ),
            (
                yaml(
                    region: "{ name: M, offsets: [{ offset: +03:00 }, { offset: +04:00, from: 2014-10-26 }, "
                        + "{ offset: +03:00, from: 2014-10-26T00:00:00Z }] }"), 4, "in order of time"
            ),
            (yaml(region: "{ name: M, offsets: [] }"), 4, "at least one"),
            (yaml(terms: "{ tariff_change_fee: 1 }"), 1, "tariff_change_free_after_days is missing"),
            (yaml(terms: "[1]"), 1, "write keys with values"),
            ("", 1, "the file is empty"),
            ("terms: [", 2, "this is not YAML"),
            ("terms: {}\nterms: {}\n", 1, "stands twice"),
            ("- 1\n", 1, "write keys with values"),
        ] as [(String, Int, String)])
    func mistakes(_ yaml: String, _ line: Int, _ words: String) throws {
        let error = #expect(throws: CatalogFileError.self) { try load(yaml) }
        let found = try #require(error)
        #expect(
            found.mistakes.contains { $0.line == line && $0.message.contains(words) }, "\(found)")
        #expect(found.description.hasPrefix("c.yaml:"))
    }

    @Test("names all of its mistakes in one go, in the file's order")
    func allMistakes() throws {
        let broken = Self.yaml(
            terms: "{ tariff_change_fee: x, tariff_change_free_after_days: 30 }",
            tariff: "{ name: Base, fee: y, period: z }", option: "{ name: Extra, fee: 1, period: 1d, Regions: [] }")
        let error = try #require(#expect(throws: CatalogFileError.self) { try load(broken) })
        #expect(error.mistakes.map(\.line) == [1, 6, 6, 8])
    }

    @Test("may not use a key for a tariff and an option")
    func sharedKey() throws {
        let yaml = Self.yaml().replacingFirst("  extra:", with: "  base:")
        let error = try #require(#expect(throws: CatalogFileError.self) { try load(yaml) })
        #expect(error.mistakes.map(\.line) == [8])
    }
}

@Suite("The example catalogue")
struct ExampleTests {
    private let catalog = CatalogFile.example

    private func line(_ key: String) -> String? {
        catalog.requests(draft: 1).map(\.line).first { $0.contains(" \(key) ") }
    }

    @Test("has the published plans")
    func plans() {
        #expect(line("klassicheskiy")?.contains("fee=0.00 period=open") == true)
        #expect(
            line("moy-razgovor")?.contains(
                #"name="Мой разговор" fee=200.00 period=30d segment=individual voice_seconds=12000 data_bytes=2147483648"#
            )
                == true)
        #expect(
            line("moy-onlayn")?.contains(
                "fee=400.00 period=30d segment=individual voice_seconds=30000 data_bytes=12884901888 messages=50")
                == true)
        #expect(line("moy-onlayn-plus")?.contains("fee=700.00 period=30d") == true)
    }

    @Test("shows every kind of thing that a catalogue can say")
    func variety() {
        let options = catalog.items.filter { $0.kind == "option" }
        let tariffs = catalog.items.filter { $0.kind == "tariff" }
        #expect(options.count >= 12)
        #expect(options.filter { $0["excludes"] != nil }.count >= 4)
        #expect(options.contains { $0["tariffs"] != nil })
        #expect(Set(catalog.items.compactMap { $0["period"] }) == ["1d", "30d", "month", "open"])
        #expect(tariffs.contains { $0["segment"] == "corporate" })
        #expect(catalog.items.contains { $0["retired"] != nil })
        #expect(catalog.items.contains { $0["connection_fee"] != nil })
        #expect(catalog.items.filter { $0.kind == "range" }.map(\.key) == ["7"])
    }

    @Test("knows the regions' offsets and when they changed")
    func regions() {
        #expect(line("msk")?.hasSuffix("offsets=180,240@2011-03-26T23:00:00Z,180@2014-10-25T22:00:00Z") == true)
        let regions = catalog.items.filter { $0.kind == "region" }
        #expect(regions.map(\.key) == ["msk", "spb", "kld", "ekb", "nsk", "vvo"])
        let last = regions.compactMap { $0["offsets"]?.split(separator: ",").last?.split(separator: "@").first }
        #expect(last == ["180", "180", "120", "300", "420", "600"])
    }

    @Test("makes no line that the protocol would refuse for its length")
    func lineLength() {
        #expect(catalog.requests(draft: .max).allSatisfy { $0.line.utf8.count < 16_384 })
    }
}

extension String {
    func replacingFirst(_ text: String, with other: String) -> String {
        guard let range = firstRange(of: text) else { return self }
        return replacingCharacters(in: range, with: other)
    }

    private func replacingCharacters(in range: Range<Index>, with other: String) -> String {
        String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
    }
}
