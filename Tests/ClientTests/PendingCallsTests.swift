import NIOCore
import NIOPosix
import Testing

@testable import Client

@Suite("The calls in flight")
struct PendingCallsTests {
    private func call(_ id: UInt64, deadline: Int64) -> PendingCalls.Call {
        let promise = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: Outcome.self)
        promise.succeed(.failure(ClientError(.cancelled, "nobody waits in this test")))
        return .init(id: id, deadline: .uptimeNanoseconds(UInt64(deadline)), isTail: false, promise: promise)
    }

    @Test("are answered in order, also those whose callers were cancelled")
    func order() {
        var calls = PendingCalls()
        for id in 1...3 { calls.append(call(UInt64(id), deadline: 100)) }
        #expect(calls.abandon(id: 2) != nil)
        #expect(calls.abandon(id: 2) == nil)
        #expect(calls.abandon(id: 9) == nil)
        #expect(calls.popFirst()?.id == 1)
        let second = calls.popFirst()
        #expect(second?.id == 2)
        #expect(second?.promise == nil)
        #expect(calls.popFirst()?.promise != nil)
        #expect(calls.isEmpty)
    }

    @Test("expire each once, when their own time is over")
    func expiry() {
        var calls = PendingCalls()
        for (id, deadline) in [(1, 50), (2, 20), (3, 30)] { calls.append(call(UInt64(id), deadline: Int64(deadline))) }
        #expect(calls.earliestDeadline == .uptimeNanoseconds(20))
        #expect(calls.expire(now: .uptimeNanoseconds(19)).isEmpty)
        #expect(calls.expire(now: .uptimeNanoseconds(30)).count == 2)
        #expect(calls.expire(now: .uptimeNanoseconds(30)).isEmpty)
        #expect(calls.earliestDeadline == .uptimeNanoseconds(50))
        #expect(calls.removeAll().count == 1)
        #expect(calls.isEmpty)
        #expect(calls.earliestDeadline == nil)
    }
}
