/// Instants in six bytes, the form in the columns of millions of subscribers.

import Accounts
import Testing

@Suite struct CompactInstantTests {
    @Test(
        "A compact instant holds every instant of RFC 3339 exactly, and also the value never",
        arguments: [
            0, 1, 1 << 32 - 1, 1 << 32, Instant(rfc3339: "2026-12-31T23:59:59.999Z".utf8)!.milliseconds,
            Instant(rfc3339: "9999-12-31T23:59:59.999Z".utf8)!.milliseconds, Instant.never.milliseconds,
        ] as [Int64])
    func isTheSame(milliseconds: Int64) {
        let instant = Instant(milliseconds: milliseconds)
        #expect(CompactInstant(instant).instant == instant)
    }

    @Test("An instant beyond the range becomes the first or the last one, and not never")
    func isTotal() {
        #expect(CompactInstant(Instant(milliseconds: -1)).instant == Instant(milliseconds: 0))
        #expect(CompactInstant(Instant(milliseconds: .min)).instant == Instant(milliseconds: 0))
        for beyond: Int64 in [1 << 48 - 1, Instant.never.milliseconds - 1] {
            #expect(CompactInstant(Instant(milliseconds: beyond)).instant == Instant(milliseconds: 1 << 48 - 2))
        }
    }

    @Test("A product takes 40 bytes of memory, and an entry of the agenda sixteen")
    func isSmall() {
        #expect(MemoryLayout<Subscriptions.Product>.stride == 40)
        #expect(MemoryLayout<Due>.stride == 16)
    }

    @Test("The agenda is ordered by time, then by account, then by the kind of entry")
    func agendaOrder() {
        var entries: [Due] = []
        for due: Int64 in [5, 1 << 33, 1 << 33 + 1] {
            for account: AccountIndex in [1, 70_000] {
                for offering: UInt32 in [2, 65_535] {
                    entries.append(Due(at: Instant(milliseconds: due), .periodEnd, of: account, offering))
                }
            }
        }
        #expect(entries.reversed().sorted() == entries)
    }
}
