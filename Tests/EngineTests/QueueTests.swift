/// The order of jobs in front of a worker.

import Engine
import Testing

@Suite struct QueueTests {
    @Test("Principals take turns in the queue, and each one's jobs are done in order")
    func thePrincipalsTakeTurnsAndEachHasItsJobsDoneInOrder() {
        let queue = Queue<String>()
        for job in ["a1", "a2", "a3", "a4"] { #expect(queue.submit(job, of: 1)) }
        for job in ["b1", "b2"] { #expect(queue.submit(job, of: 2)) }
        #expect(queue.submit("c1", of: 3))

        #expect(queue.take(atMost: 3) == ["a1", "b1", "c1"])
        // A job that comes meanwhile waits for one job of each other source.
        #expect(queue.submit("c2", of: 3))
        #expect(queue.take() == ["a2", "b2", "c2", "a3", "a4"])
        #expect(queue.take() == [])
    }

    @Test("A principal at its own limit is refused, and the others are not")
    func aPrincipalThatHasItsOwnBoundIsRefusedAndTheOthersAreNot() {
        let queue = Queue<Int>(capacity: 100, each: 3)
        #expect((0..<5).map { queue.submit($0, of: 1) } == [true, true, true, false, false])
        #expect(queue.submit(9, of: 2))
    }

    @Test("When the whole queue is full, principals that have their share are refused")
    func whereAllTogetherAreTooManyThoseAreRefusedThatHaveTheirShare() {
        let queue = Queue<Int>(capacity: 8)
        for job in 0..<6 { #expect(queue.submit(job, of: 1)) }
        for job in 0..<2 { #expect(queue.submit(job, of: 2)) }
        #expect(!queue.submit(0, of: 1))
        #expect((0..<3).map { queue.submit($0, of: 2) } == [true, true, false])
        #expect((0..<3).map { queue.submit($0, of: 3) } == [true, true, false])
        #expect(queue.take().count == 12)
        #expect(queue.submit(0, of: 1))
    }

    @Test("Jobs taken by a condition are the first ones of each principal, and the others keep their order and turn")
    func whileTheConditionHolds() {
        let queue = Queue<Int>(capacity: 8, each: 4)
        for job in [1, 2, 9, 3] { #expect(queue.submit(job, of: 1)) }
        for job in [4, 5] { #expect(queue.submit(job, of: 2)) }
        for job in [8, 6] { #expect(queue.submit(job, of: 3)) }

        #expect(queue.take { $0 < 7 }.sorted() == [1, 2, 4, 5])
        #expect(queue.submit(7, of: 1))
        #expect(queue.take() == [9, 8, 3, 6, 7])
        #expect(queue.take { _ in true } == [])
    }
}
