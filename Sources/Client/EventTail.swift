// A live stream of events.

internal import NIOCore

/// The log's events as they are recorded, from `KabinetClient.tail`. It has one reader. If the reader is slow, the
/// service waits for it. If the reader is far behind, the service hangs up with `slow_reader`: open a new tail from
/// `seq + 1` of the last event that was read. Releasing the sequence closes the connection.
public struct EventTail: AsyncSequence, Sendable {
    /// An event of the log.
    public typealias Element = LogEvent
    /// The stream ends with this error if the connection was lost (see `refusal` for the service's reason).
    public typealias Failure = ClientError
    typealias Producer = NIOThrowingAsyncSequenceProducer<
        LogEvent, any Error, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, TailDelegate
    >

    /// The fields of the `OK` that opened the stream: `from=`, the first position that it looks at.
    public let opening: Fields
    let producer: Producer
    /// The connection lives as long as its stream.
    let client: KabinetClient

    /// Waits for events one by one.
    public struct AsyncIterator: AsyncIteratorProtocol {
        var base: Producer.AsyncIterator

        /// The error that ends the stream early.
        public typealias Failure = ClientError

        /// The next event; nil if the service ended the stream.
        @concurrent
        public mutating func next() async throws(ClientError) -> LogEvent? {
            do { return try await base.next() } catch {
                throw error as? ClientError ?? ClientError(.cancelled, "the task was cancelled")
            }
        }
    }

    /// An iterator over the stream: ask for one only.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: producer.makeAsyncIterator()) }
}
