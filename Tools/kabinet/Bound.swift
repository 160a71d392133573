// A place in the log, as an option names it.

import Accounts

enum Bound {
    case position(Position)
    case time(Instant)

    init(_ text: String, option: String) throws(Failure) {
        if let position = UInt64(text) {
            self = .position(position)
        } else if let time = Instant(rfc3339: text.utf8) {
            self = .time(time)
        } else {
            throw Failure(
                message: "\(option) must be a position or a time such as 2018-03-31T21:00:00Z, not '\(text)'",
                status: Status.usage)
        }
    }

    /// True if an event is the first at or after this place, or a later one.
    func isReached(by meta: EventMeta) -> Bool {
        switch self {
        case .position(let position): meta.position >= position
        case .time(let time): meta.recorded >= time
        }
    }
}
