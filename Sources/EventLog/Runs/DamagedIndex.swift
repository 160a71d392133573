/// A damaged page can end the process that reads it, because LMDB follows its contents. An index is derived from the log,
/// so the signal's handler removes the file: otherwise every start would end at the same read.

internal import Glibc
internal import Synchronization

package enum DamagedIndex {
    private static let signals = [SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGTRAP, SIGFPE]
    private static let isWatching = Atomic(false)
    /// The handlers of before, by signal.
    nonisolated(unsafe) private static let former = UnsafeMutablePointer<sigaction>.allocate(capacity: 65)
    /// Each thread's: the path of the index that it depends on now.
    nonisolated(unsafe) private static var reading = pthread_key_t()

    /// From here on a signal that ends the process while a thread of it depends on an index removes that index.
    package static func watch() {
        guard !isWatching.exchange(true, ordering: .relaxed) else { return }
        pthread_key_create(&reading, nil)
        for number in signals {
            var action = sigaction()
            // Calls only functions that a signal's handler may call. The signal comes again, to the handler of before.
            action.__sigaction_handler.sa_handler = { number in
                if let file = pthread_getspecific(DamagedIndex.reading) {
                    unlink(file.assumingMemoryBound(to: CChar.self))
                }
                sigaction(number, DamagedIndex.former + Int(number), nil)
            }
            action.sa_flags = SA_NODEFER | SA_ONSTACK
            sigaction(number, &action, former + Int(number))
        }
    }

    /// This thread depends on the index with this file while the body runs.
    static func guarding<R: ~Copyable, Failure: Error>(
        _ file: UnsafeMutablePointer<CChar>, _ body: () throws(Failure) -> R
    ) throws(Failure) -> R {
        guard isWatching.load(ordering: .relaxed) else { return try body() }
        let before = pthread_getspecific(reading)
        pthread_setspecific(reading, file)
        defer { pthread_setspecific(reading, before) }
        return try body()
    }
}
