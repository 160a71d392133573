import Foundation
import Testing

@testable import CatalogFile

@Suite("A catalogue file, its subscriptions and bundles, and its differences")
struct ProductFileTests {
    private func load(_ yaml: String) throws -> CatalogFile { try CatalogFile.load(yaml: yaml, name: "c.yaml") }

    @Test("in the reference is a valid one")
    func reference() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "Schemas/catalogue.md"), encoding: .utf8)
        let blocks = text.components(separatedBy: "```yaml\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
        #expect(blocks.count == 1)
        for block in blocks { #expect(try load(block).items.count > 8) }
    }

    @Test("holds subscriptions, bundles, and the period of their sale")
    func products() throws {
        let catalog = try load(
            CatalogFileTests.yaml(
                option: "{ name: Extra, fee: 1, period: 1d, valid_from: 2018-04-01, valid_to: 2018-05-01 }") + """

                    subscriptions:
                      stars: { name: Stars, provider: Astro, fee: 3, period: 1d, excludes: [extra] }
                    bundles:
                      pack: { name: Pack, fee: 5, period: 30d, options: [extra, other] }
                    """)
        #expect(
            catalog.requests(draft: 1).map(\.line).suffix(5) == [
                "CATALOG.PUT 1 option extra name=Extra fee=1.00 period=1d excludes=stars valid_from=2018-04-01 "
                    + "valid_to=2018-05-01",
                "CATALOG.PUT 1 option other name=Other fee=0.00 period=open",
                "CATALOG.PUT 1 subscription stars name=Stars fee=3.00 period=1d excludes=extra provider=Astro",
                "CATALOG.PUT 1 bundle pack name=Pack fee=5.00 period=30d options=extra,other",
                "CATALOG.PUBLISH 1",
            ])
    }

    @Test("names mistakes of subscriptions and bundles")
    func mistakesOfProducts() {
        let yaml =
            CatalogFileTests.yaml(
                option: "{ name: Extra, fee: 1, period: 1d, valid_from: 2018-05-01, valid_to: 2018-04-01 }") + """

                subscriptions:
                  base: { name: Base, provider: Astro, fee: 3, period: 1d }
                  stars: { name: Stars, fee: 3, period: 1d }
                bundles:
                  pack: { name: Pack, fee: 5, period: 30d, options: [extra, stars] }
                  one: { name: One, fee: 5, period: 30d, options: [extra] }
                """
        do {
            _ = try load(yaml)
            Issue.record("it was taken")
        } catch {
            let words = (error as? CatalogFileError)?.mistakes.map(\.message) ?? []
            #expect(
                words == [
                    "options.extra.valid_to: 2018-04-01 is not after 2018-05-01",
                    "subscriptions.base: a tariff has this key already; choose another",
                    "subscriptions.stars: provider is missing; add it",
                    "bundles.pack.options: there is no option stars; add it under options or correct the key",
                    "bundles.one.options: a bundle is of 2 to 16 options",
                ])
        }
    }

    @Test("names the mistakes of two places together that publishing would refuse")
    func contradictions() {
        let yaml = """
            terms: { tariff_change_fee: 0, tariff_change_free_after_days: 0 }
            ranges: [{ prefix: "7", digits: 11 }]
            regions: { msk: { name: Moscow, offsets: [{ offset: "+03:00" }] } }
            tariffs:
              one: { name: One, fee: 0, period: 30d, includes: { voice: 1 min } }
              two: { name: Two, fee: 0, period: open }
            options:
              a: { name: A, fee: 0, period: open, tariffs: [one], includes: { voice: 1 min } }
              b: { name: B, fee: 0, period: open, tariffs: [two], excludes: [a] }
            bundles:
              both: { name: Both, fee: 0, period: 30d, options: [a, b] }
            """
        do {
            _ = try load(yaml)
            Issue.record("it was taken")
        } catch {
            #expect(
                ((error as? CatalogFileError)?.mistakes.map(\.message) ?? []) == [
                    "tariffs.one: it has buckets and a period, but no fee to renew them; give it a fee, or period: open",
                    "bundles.both: it has buckets and a period, but no fee to renew them; give it a fee, or period: open",
                    "bundles.both: a and b cannot stand beside each other",
                    "bundles.both: no tariff goes with all of its options",
                ])
        }
    }

    @Test("written down from its items is the same catalogue again")
    func writtenDown() throws {
        let example = CatalogFile.example
        let again = try load(example.items.yaml)
        #expect(CatalogDifference(from: example.items, to: again.items).isEmpty)
        #expect(again.items.count == example.items.count)
    }

    @Test("differs by the offerings that are added, removed and changed")
    func difference() throws {
        let old = try load(CatalogFileTests.yaml())
        let new = try load(
            CatalogFileTests.yaml(tariff: "{ name: Base, fee: 1, period: open }").replacing(
                "  other:", with: "  another:"))
        let difference = CatalogDifference(from: old.items, to: new.items)
        #expect(difference.removed.map(\.key) == ["other"])
        #expect(difference.added.map(\.key) == ["another"])
        #expect(
            difference.changed == [
                .init(kind: "tariff", key: "base", values: [.init(name: "fee", from: "0.00", to: "1.00")])
            ])
    }
}
