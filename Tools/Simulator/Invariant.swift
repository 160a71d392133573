/// The conditions that must hold after every step, whatever failed in it.

enum Invariant: String {
    case acknowledged = "what was acknowledged is in the log, once, as it was said"
    case durable = "no reply shows what is not durable"
    case fresh = "a read sees what was acknowledged before it was asked"
    case ids = "an id has one outcome, with its first arguments"
    case references = "a reference is credited once for a principal"
    case conditions = "if_seq= refuses what has moved on, and nothing else"
    case replies = "each request has one reply, in order, on its own connection"
    case transactions = "nothing runs that was queued and not executed, and what one EXEC did is in one commit"
    case order = "positions, recorded times and previous events follow"
    case books = "the books balance, and an event says the balance that it made"
    case limits = "no balance is below its limit"
    case bars = "what is stopped was to be stopped, goes on when it may, and has one event each time"
    case dormancy = "an unused number pays, and an unpaid one ends, as it was told 14 days before"
    case access = "who acts is not shut out, and its session is open and of that account"
    case erased = "who is told of an erasure can no longer have the person's texts read"
    case usage = "granted = used + left (expired, once its time is over) + rolled over, of every bucket"
    case orders = "every order is open, done once, failed or ended with its number, and a number's are in order"
    case emails = "an address is confirmed by a code that was sent to it, once, and a statement goes somewhere"
    case paying = "a request ends once, a payment is taken back once in all, and two persons stand for what one may not"
    case giving = "a promise is repaid first and once, transfers keep their limits, and what moves arrives"
    case autopay = "one automatic payment is asked for because of one cause, and no more in a month than its limit"
    case due = "what is due is done, once, when its period ends"
    case quotes = "a change of tariff costs what its quote says"
    case replay = "the log alone makes the state"
    case committed = "what was committed stays as it was"
    case service = "the service goes on, and stops for nothing but its disk"
}

struct Violation: Error {
    let invariant: Invariant
    let details: String

    init(_ invariant: Invariant, _ details: String) { (self.invariant, self.details) = (invariant, details) }
}

func hold(_ holds: Bool, _ invariant: Invariant, _ details: @autoclosure () -> String) throws(Violation) {
    guard holds else { throw Violation(invariant, details()) }
}
