/// The vocabulary of replies: each field's name, the type of its value, and its meaning where the name does not say it.
/// A name means one thing; where history gave one name two meanings, each has a constant of its own.

extension ReplyField {
    package static let abroad = ReplyField(
        "abroad", .flag, "1: prices and packages that hold everywhere do not hold in this zone")
    package static let account = ReplyField("account", .number, "the number of an account")
    package static let accounts = ReplyField("accounts", .number, "how many accounts there are")
    package static let action = ReplyField("action", .word, "what the network is to do")
    package static let added = ReplyField("added", .time, "when it was added")
    package static let addedCount = ReplyField("added", .number, "how many numbers were added")
    package static let adjustment = ReplyField(
        "adjustment", .number, "the position of a correction, or of the proposal of one, which names it")
    package static let administrators = ReplyField("administrators", .list, "the numbers that act for the organisation")
    package static let allowed = ReplyField("allowed", .flag, "1: the number may use the service now")
    package static let amount = ReplyField(
        "amount", .money,
        "the sum of a payment; or the cost of a line, below zero if money came in; or, in EXPLAIN, the balance's change"
    )
    package static let appended = ReplyField(
        "appended", .number, "how many events the service appended since it started")
    package static let approvalThreshold = ReplyField(
        "approval_threshold", .money, "the sum that a member of staff may move alone in a day, by UTC")
    package static let approvers = ReplyField(
        "approvers", .number, "how many principals may approve it; 0: add a second person first")
    package static let askedThisMonth = ReplyField(
        "asked_this_month", .money, "the sum of the automatic payments that were asked for in this calendar month")
    package static let asOf = ReplyField("as_of", .time, "the time that the figures are of")
    package static let assignee = ReplyField("assignee", .msisdn, "the number that gets the money")
    package static let assignment = ReplyField(
        "assignment", .number, "the position of an assignment, or of the proposal of one, which names it")
    package static let attempt = ReplyField(
        "attempt", .number, "how often an acquirer was asked for the automatic payment, with this time")
    package static let attempts = ReplyField(
        "attempts", .number, "how often an acquirer was asked for the automatic payment that is under way")
    package static let author = ReplyField("author", .text, "the principal that asked for it")
    package static let autopay = ReplyField(
        "autopay", .flag, "1: the service itself asks, for an automatic payment")
    package static let autopayAttempts = ReplyField(
        "autopay_attempts", .number, "how often an acquirer is asked for one automatic payment")
    package static let autopayNext = ReplyField("next", .time, "when the next automatic payment by date is asked for")
    package static let autopayOn = ReplyField("on", .flag, "1: automatic payments are ordered")
    package static let autopayRetryHours = ReplyField(
        "autopay_retry_hours", .number, "after how many hours it is asked again, and twice as many each time")
    package static let available = ReplyField("available", .flag, "1: it can be had now")
    package static let backup = ReplyField("backup", .text, "running or idle")
    package static let backupBytes = ReplyField(
        "backup_bytes", .number, "how many bytes the running backup has written")
    package static let backupPosition = ReplyField("backup_position", .number, "the position of the last backup")
    package static let backupTaken = ReplyField("backup_taken", .time, "when the last backup was taken")
    package static let balance = ReplyField(
        "balance", .money, "the money on the account, after the change if there was one")
    package static let barred = ReplyField(
        "barred", .list,
        "why something is stopped: funds, spending_limit, fee_unpaid, package_used_up, roaming_limit")
    package static let basedOn = ReplyField(
        "based_on", .number, "the version that the draft began with; 0 means an empty catalogue")
    package static let billingDay = ReplyField(
        "billing_day", .text,
        "the day of the month on which periods begin, or start for the day on which the product began")
    package static let balanceAfter = ReplyField(
        "balance_after", .money,
        "the money that today's balance would leave after it; below zero if some is missing")
    package static let batch = ReplyField(
        "batch", .number, "the number of a batch of vouchers; while it is pending, the number of its proposal")
    package static let below = ReplyField(
        "below", .money, "an automatic payment is asked for when the balance is below this")
    package static let beyondPackage = ReplyField(
        "beyond_package", .word, "stop: data stops when the last package is used up; without it, it is charged")
    package static let bucket = ReplyField("bucket", .number, "the number of a package")
    package static let buckets = ReplyField(
        "buckets", .list, "packages: their numbers, or in a catalogue their notation")
    package static let bundle = ReplyField("bundle", .key, "the key of a bundle of options")
    package static let bundled = ReplyField("bundled", .list, "the options of a bundle")
    package static let by = ReplyField("by", .key, "the principal that asked for the subscription, with a code")
    package static let bytes = ReplyField("bytes", .number, "a volume of data, or of memory")
    package static let callsBan = ReplyField("calls_ban", .flag, "1: mass calls do not reach the number")
    package static let came = ReplyField("came", .money, "the sum of the money that came in, on this page")
    package static let card = ReplyField("card", .token, "the acquirer's token of a stored card, which names it")
    package static let cardLast4 = ReplyField("card_last4", .text, "the card's last four digits")
    package static let cashierDayLimit = ReplyField(
        "cashier_day_limit", .money, "the largest sum that a cash desk may credit in a day")
    package static let catalogVersion = ReplyField("catalog_version", .number, "the version of the published catalogue")
    package static let challenge = ReplyField(
        "challenge", .token, "names a request for a code, a question on the phone, or a text to sign")
    package static let changeFee = ReplyField(
        "change_fee", .money, "the price of a change of tariff now, beside the new tariff's fee; without it, none")
    package static let changed = ReplyField("changed", .time, "when the tariff was last changed")
    package static let changes = ReplyField("changes", .flag, "1: the command appends events")
    package static let charged = ReplyField("charged", .money, "the sum that was charged to the balance")
    package static let chargedBytes = ReplyField("charged_bytes", .number, "the volume after rounding up to the unit")
    package static let chargedMessages = ReplyField(
        "charged_messages", .number, "the number of messages after rounding up to the unit")
    package static let chargedSeconds = ReplyField(
        "charged_seconds", .number, "the length after rounding up to the unit")
    package static let client = ReplyField("client", .text, "a line about the connection, as in Redis")
    package static let clock = ReplyField("clock", .time, "the new time of the log's clock")
    package static let clockBehindSeconds = ReplyField(
        "clock_behind_seconds", .number, "how far the machine's clock is behind the last event")
    package static let closingFields = ReplyField("reply", .list, "the fields of the closing line, with their types")
    package static let closing = ReplyField("closing", .money, "the balance after the first row of the page")
    package static let code = ReplyField("code", .text, "the one-time code that the gateway must send")
    package static let column = ReplyField("column", .number, "the position in the line where the mistake is")
    package static let commits = ReplyField("commits", .number, "how many commits the service made since it started")
    package static let connectionFee = ReplyField(
        "connection_fee", .money, "the fee that is charged once, when the offering is switched on")
    package static let connections = ReplyField("connections", .number, "how many connections are open")
    package static let consent = ReplyField("consent", .word, "the purpose of a consent")
    package static let contentBan = ReplyField("content_ban", .flag, "1: the number gets no paid content")
    package static let count = ReplyField("count", .number, "how many there are")
    package static let covered = ReplyField("covered", .number, "the part of the usage that packages covered")
    package static let created = ReplyField("created", .time, "when it was made")
    package static let creditLimit = ReplyField("credit_limit", .money, "how far the balance may fall below zero")
    package static let credited = ReplyField("credited", .money, "the sum of unused days that was credited")
    package static let currency = ReplyField("currency", .text, "the currency's code in ISO 4217")
    package static let current = ReplyField("current", .flag, "1: this session sends the request")
    package static let data = ReplyField("data", .text, "the event's fields as JSON")
    package static let day = ReplyField(
        "day", .number, "an automatic payment is asked for on this day of each month, or on its last day")
    package static let dayFee = ReplyField("day_fee", .money, "the fee of each day after that")
    package static let dataBytes = ReplyField("data_bytes", .number, "the bytes of data that the fee includes")
    package static let device = ReplyField("device", .token, "names a device")
    package static let digits = ReplyField("digits", .number, "how many digits a number of this range has")
    package static let direction = ReplyField(
        "direction", .word, "in to the subscriber, out from the subscriber, or both")
    package static let dormancyAfterDays = ReplyField(
        "dormancy_after_days", .number, "after how many days without a charge a number is dormant")
    package static let dormancyDayFee = ReplyField(
        "dormancy_day_fee", .money, "the fee of each day of dormancy")
    package static let dormancyTerminationDays = ReplyField(
        "dormancy_termination_days", .number,
        "after how many days with a balance at or under zero a number is terminated")
    package static let dormantFrom = ReplyField(
        "dormant_from", .time, "since when, or from when on, a day of the unused number costs dormancy_day_fee")
    package static let draft = ReplyField("draft", .number, "the number of a draft of the catalogue")
    package static let due = ReplyField("due", .number, "how many fees and ends wait for their time")
    package static let dueAmount = ReplyField("due_amount", .money, "the sum of the charges at the time of due")
    package static let dueBehind = ReplyField(
        "due_behind", .number, "how many of them are overdue: 0 when a billing day has ended")
    package static let dueKind = ReplyField(
        "due_kind", .word,
        "the kind of a charge to come: fee, tariff_change, move, suspension_fee or dormancy_fee; absent for several")
    package static let dueMissing = ReplyField(
        "due_missing", .money, "how much the balance lacks for due_amount; absent if it covers it")
    package static let dueOffering = ReplyField(
        "due_offering", .key, "the offering that the charge is for; absent for a sum of several")
    package static let dueTime = ReplyField(
        "due_time", .time, "when a charge is taken next, on the closing line the earliest; absent if none is known")
    package static let dueSince = ReplyField("due_since", .time, "the instant of the first that is overdue")
    package static let duration = ReplyField("seconds", .seconds, "how long the command took")
    package static let effective = ReplyField("effective", .time, "when the event took effect")
    package static let email = ReplyField("email", .text)
    package static let emailConfirmed = ReplyField(
        "email_confirmed", .flag, "1: a code that was sent to the address was given back")
    package static let enabled = ReplyField("enabled", .flag, "1: the principal may sign in")
    package static let ephemeral = ReplyField("ephemeral", .flag, "1: the service keeps nothing when it ends")
    package static let events = ReplyField("events", .number, "how many events the log has")
    package static let eventTime = ReplyField("event_time", .time, "the clock of a log in event time")
    package static let example = ReplyField("example", .text, "a request as an example")
    package static let exchangeableSeconds = ReplyField(
        "exchangeable_seconds", .number, "the minutes of packages that can be exchanged, in seconds")
    package static let exchangeBytesPerMinute = ReplyField(
        "exchange_bytes_per_minute", .number, "the data that a minute is exchanged for; 0: there is no exchange")
    package static let excludes = ReplyField(
        "excludes", .list, "the offerings that a subscriber cannot have beside this one")
    package static let expires = ReplyField("expires", .time, "when it can no longer be used")
    package static let failure = ReplyField("failure", .text, "why the network could not carry the order out")
    package static let fee = ReplyField("fee", .money, "the fee of a period")
    package static let field = ReplyField("field", .key, "the argument that is wrong")
    package static let file = ReplyField("file", .text, "a name for the file")
    package static let fileBytes = ReplyField("file_bytes", .number, "the length of the log's file")
    package static let fileText = ReplyField("text", .text, "the next part of the file's text")
    package static let filler = ReplyField(
        "filler", .text, "running while space is being added to the log's file, otherwise idle")
    package static let first = ReplyField("first", .number, "the first position at which the fault can have begun")
    package static let formerUntil = ReplyField("former_until", .time, "until when the former secret is accepted")
    package static let freeUntil = ReplyField("free_until", .time, "until when the suspension costs nothing")
    package static let format = ReplyField("format", .word, "the form of a file: csv or html")
    package static let fourEyes = ReplyField(
        "four_eyes", .flag, "0: one person acted alone, because no other has the role")
    package static let free = ReplyField("free", .flag, "1: nothing is charged for this part")
    package static let from = ReplyField(
        "from", .time,
        "since when, or the beginning of the period that the reply shows")
    package static let fromPosition = ReplyField("from", .number, "the position of the first event that follows")
    package static let giftableBytes = ReplyField(
        "giftable_bytes", .number, "the data of packages that can be given away")
    package static let giftDays = ReplyField("gift_days", .number, "how many days a gift of data lives at most")
    package static let giftGigabytes = ReplyField(
        "gift_gigabytes", .number, "the largest gift of data, in GB of 1073741824 bytes; 0: there are none")
    package static let giftsLeft = ReplyField("gifts_left", .number, "how many gifts are left of this month")
    package static let giftsPerMonth = ReplyField(
        "gifts_per_month", .number, "the most gifts of data that a subscriber sends in a month")
    package static let granted = ReplyField("granted", .flag, "1: the consent is given, or the sign-in is allowed")
    package static let grantedBy = ReplyField(
        "granted_by", .word, "how the number got the package: rolled_over, gift or exchange; without it, by its product"
    )
    package static let grantedBytes = ReplyField("granted_bytes", .number, "how many bytes the package had at first")
    package static let grantedMessages = ReplyField(
        "granted_messages", .number, "how many messages the package had at first")
    package static let grantedSeconds = ReplyField(
        "granted_seconds", .number, "how many seconds the package had at first")
    package static let greatestPayment = ReplyField("greatest_payment", .money, "the largest sum of one payment")
    package static let group = ReplyField("group", .number, "the number of a group")
    package static let groups = ReplyField("groups", .number, "how many groups the organisation has")
    package static let hash = ReplyField("hash", .text, "a hash of the proof, in base64")
    package static let heldUntil = ReplyField(
        "held_until", .time, "when the last payment that can be charged back may be transferred")
    package static let help = ReplyField("help", .text, "the meaning of an argument or of a field")
    package static let id = ReplyField("id", .number, "the number of the connection")
    package static let idempotencyKeys = ReplyField(
        "idempotency_keys", .number, "how many ids of requests the service has in memory")
    package static let index = ReplyField("index", .number, "the place of the record in the tree, from 0")
    package static let info = ReplyField("info", .text, "the counters in the form of Redis")
    package static let inn = ReplyField("inn", .text, "the organisation's taxpayer number")
    package static let isVoid = ReplyField("void", .flag, "1: the vouchers that are not redeemed are worth nothing")
    package static let key = ReplyField("key", .key, "the key of the catalogue's item")
    package static let keysIndexedThrough = ReplyField(
        "keys_indexed_through", .number, "the position up to which ids are in the index on disk")
    package static let kind = ReplyField(
        "kind", .word, "the kind of the row: of usage, of a message, of a device, or of an item of the catalogue")
    package static let language = ReplyField("language", .word, "the subscriber's language")
    package static let last = ReplyField("last", .number, "the last position, or the last record")
    package static let lastRecorded = ReplyField("last_recorded", .time, "when the last event was appended")
    package static let lastUsed = ReplyField(
        "last_used", .time, "when a request last showed the session, to within some minutes")
    package static let late = ReplyField("late", .flag, "1: the payment came after its request had ended")
    package static let lateUsageDays = ReplyField(
        "late_usage_days", .number, "how many days after its start usage is still accepted")
    package static let leaf = ReplyField("leaf", .text, "the hash of the record")
    package static let ledgerAccount = ReplyField("account", .word, "the name of a ledger account")
    package static let left = ReplyField("left", .money, "the part that has no owner yet")
    package static let leftBytes = ReplyField("left_bytes", .number, "how many bytes are left in the package")
    package static let leftMessages = ReplyField("left_messages", .number, "how many messages are left in the package")
    package static let leftSeconds = ReplyField("left_seconds", .number, "how many seconds are left in the package")
    package static let lifecycle = ReplyField("lifecycle", .text, "planned, active or retired")
    package static let lineProtocol = ReplyField("protocol", .number, "the version of the line protocol")
    package static let limitLeft = ReplyField(
        "limit_left", .money, "the room that the subscriber's own limit leaves this month, if it is less than the cost")
    package static let line = ReplyField(
        "line", .word,
        "a fee, change_fee, connection_fee or credit; a bucket_ends, bucket_rolls_over or bucket_added; or a conflict")
    package static let link = ReplyField("link", .text, "manages or managed_by")
    package static let linked = ReplyField("linked", .flag, "1: the number is managed from now on")
    package static let loanDays = ReplyField("days", .number, "after how many days a promised payment is taken back")
    package static let mapBytes = ReplyField("map_bytes", .number, "the greatest length that the log's file may have")
    package static let mayApprove = ReplyField("may_approve", .flag, "1: the caller may approve it")
    package static let members = ReplyField("members", .number, "how many numbers the group or the organisation has")
    package static let message = ReplyField("message", .text, "an explanation for people")
    package static let messages = ReplyField("messages", .number, "how many messages")
    package static let method = ReplyField("method", .word, "how the payment was made, or how the session was opened")
    package static let methods = ReplyField(
        "methods", .list, "the methods of the requests for payments that an acquirer gets; without the field, all")
    package static let missing = ReplyField("missing", .number, "how many of the last 65536 records did not arrive")
    package static let mode = ReplyField("mode", .text, "always standalone, as Redis names it")
    package static let missingAmount = ReplyField("missing", .money, "how much the balance lacks")
    package static let moveKind = ReplyField("kind", .word, "adjustment, reversal, refund, assignment or vouchers")
    package static let moveNoticeDays = ReplyField(
        "move_notice_days", .number, "how many days before a move to a successor subscribers are told")
    package static let movedFrom = ReplyField(
        "moved_from", .time, "when the operator moves the subscriber, at the earliest")
    package static let movedTo = ReplyField("moved_to", .key, "the tariff to which the operator moves the subscriber")
    package static let modules = ReplyField("modules", .list, "always empty, as Redis names it")
    package static let month = ReplyField("month", .text, "the month, such as 2018-03")
    package static let monthlyCap = ReplyField(
        "monthly_cap", .money, "the most that automatic payments ask for in a calendar month")
    package static let moveReason = ReplyField("reason", .text, "why it was asked for")
    package static let moveState = ReplyField("state", .word, "done, or pending until a second person approves it")
    package static let msisdn = ReplyField("msisdn", .msisdn, "a telephone number")
    package static let n = ReplyField("n", .number, "the record's number at its source")
    package static let monthFrom = ReplyField(
        "month_from", .time, "the beginning of the month of spent_this_month, in the subscriber's region")
    package static let name = ReplyField("name", .text)
    package static let need = ReplyField(
        "need", .text, "positional, required or optional; for a field of replies, always or sometimes")
    package static let networks = ReplyField(
        "networks", .list, "the networks abroad whose visitors' usage is in the zone: MCC or MCC-MNC")
    package static let networkService = ReplyField(
        "service", .word, "a service of the network, such as voice_out or data")
    package static let new = ReplyField("new", .number, "the size of the later tree")
    package static let newRoot = ReplyField("new_root", .text, "the root hash of the later tree")
    package static let next = ReplyField("next", .number, "where the next page begins: give it as before= or from=")
    package static let nextCursor = ReplyField(
        "next", .token, "for the next page: give it as before=; it also keeps the position that the first page is as of"
    )
    package static let nextFrom = ReplyField("next_from", .time, "when the planned tariff begins")
    package static let nextTariff = ReplyField("next_tariff", .key, "the tariff to which a change is planned")
    package static let nextNumber = ReplyField("next", .msisdn, "for the next page: give it as after=")
    package static let nextStep = ReplyField("next", .text, "the request that tells more")
    package static let note = ReplyField("note", .text, "the signed checkpoint (C2SP tlog-checkpoint)")
    package static let notify = ReplyField("notify", .list, "the channels for notices")
    package static let number = ReplyField("number", .number, "the number of a session, as SESSION.END takes it")
    package static let obstacle = ReplyField(
        "obstacle", .word,
        "why it cannot be had: not_offered, promised, owed, debt, suspended, ending, tenure, organization")
    package static let of = ReplyField("of", .word, "reply or row; an argument's row does not have this field")
    package static let offering = ReplyField(
        "offering", .key, "the key of a tariff, an option, a subscription or a bundle")
    package static let offsetMinutes = ReplyField(
        "offset_minutes", .number, "the region's distance from UTC now, in minutes")
    package static let offsets = ReplyField(
        "offsets", .list, "the region's distances from UTC in minutes, each with @ and the time since when")
    package static let old = ReplyField("old", .number, "the size of the earlier tree")
    package static let oldestReaderCommits = ReplyField(
        "oldest_reader_commits", .number, "how many commits ago the oldest open read of the log began")
    package static let oldRoot = ReplyField("old_root", .text, "the root hash of the earlier tree")
    package static let on = ReplyField(
        "on", .flag, "1: the action is to be in force from now on; 0: it is to end; without the field, it is done once")
    package static let opened = ReplyField("opened", .time, "when the session was opened")
    package static let option = ReplyField("option", .key, "the key of an option")
    package static let options = ReplyField("options", .number, "how many options the number has")
    package static let order = ReplyField("order", .number, "the position of an order, which names it")
    package static let orderKind = ReplyField("kind", .word, "the kind of settings to send")
    package static let orderReason = ReplyField("reason", .word, "the reason for the action")
    package static let orderState = ReplyField(
        "state", .word, "open, or failed if the network could not carry the order out")
    package static let ordersFailed = ReplyField(
        "orders_failed", .number, "how many orders the network could not carry out")
    package static let ordersOpen = ReplyField(
        "orders_open", .number, "how many orders the network has not reported yet")
    package static let org = ReplyField("org", .number, "the number of an organisation's account")
    package static let organizations = ReplyField("organizations", .number, "how many organisations there are")
    package static let origin = ReplyField("origin", .text, "the name of the log in checkpoints")
    package static let over = ReplyField("over", .money, "how far the balance is under the lowest that may be spent to")
    package static let opening = ReplyField(
        "opening", .money, "the balance before the last row of the page")
    package static let owed = ReplyField("owed", .money, "the part of a promised payment that is still owed")
    package static let pages = ReplyField("pages", .number, "how many pages of the log's file are in use")
    package static let paid = ReplyField("paid", .money, "the amount that came, if another was requested")
    package static let parked = ReplyField(
        "parked", .flag, "1: the number has ended, and the money waits for an owner: see SUSPENSE")
    package static let pastPosition = ReplyField(
        "past_position", .number, "the position that the replay for a read with at= has reached")
    package static let pastSnapshotBytes = ReplyField(
        "past_snapshot_bytes", .number, "the bytes of the snapshots that are kept for the past")
    package static let pastSnapshots = ReplyField(
        "past_snapshots", .number, "how many snapshots are kept for the past, beyond the newest two")
    package static let pastSnapshotsFrom = ReplyField(
        "past_snapshots_from", .time, "the last recorded time in the oldest snapshot that is kept for the past")
    package static let pastTarget = ReplyField(
        "past_target", .number, "the position whose state is being made for a read with at=")
    package static let path = ReplyField("path", .text, "the directory of the backup")
    package static let payment = ReplyField("payment", .number, "the position of a payment, which names it")
    package static let paymentRequestMinutes = ReplyField(
        "payment_request_minutes", .number, "after how many minutes a request for a payment expires")
    package static let paymentRequests = ReplyField(
        "payment_requests", .number, "how many requests for payments are open")
    package static let peer = ReplyField("peer", .peer, "the other number, or the service")
    package static let period = ReplyField("period", .text, "30d, month or open")
    package static let periodEnd = ReplyField("period_end", .time, "the time until which the fee is paid")
    package static let pin = ReplyField("pin", .text)
    package static let possibleFrom = ReplyField(
        "possible_from", .time, "from when on it can be had, if time alone is missing")
    package static let postedAgainst = ReplyField(
        "ledger_account", .word, "the ledger account on the other side, as TRIAL.BALANCE names it")
    package static let position = ReplyField("position", .number, "a position in the log")
    package static let prefixes = ReplyField("prefixes", .list, "the first digits of the zone's numbers")
    package static let price = ReplyField(
        "price", .money, "the price of a unit from this package; without the field, nothing is charged")
    package static let principal = ReplyField("principal", .key, "the name of the principal that acted")
    package static let projection = ReplyField("projection", .key, "the name of a projection: a part of the state")
    package static let promiseDebt = ReplyField(
        "promise_debt", .money, "how far below zero the balance may be for a promised payment")
    package static let promiseDue = ReplyField(
        "promise_due", .time, "when a promised payment is taken back, also into debt")
    package static let promises = ReplyField(
        "promises", .list, "promised payments: tenure from so many days, amount, days and fee of each")
    package static let proto = ReplyField("proto", .number, "the version of RESP")
    package static let possible = ReplyField("possible", .flag, "1: the change would not be refused now")
    package static let proposal = ReplyField(
        "proposal", .number, "the position of the proposal of a move of money, which names it")
    package static let proposals = ReplyField("proposals", .number, "how many moves of money wait for a second person")
    package static let prorated = ReplyField(
        "prorated", .flag, "1: a part of a period costs its share by days, and unused days are credited")
    package static let provider = ReplyField("provider", .text, "the provider of the content")
    package static let publicationApproval = ReplyField(
        "publication_approval", .flag, "1: a catalogue is published by two persons")
    package static let publicKey = ReplyField("public_key", .text, "the public key that checks the signature")
    package static let puk = ReplyField("puk", .text)
    package static let purpose = ReplyField("purpose", .word, "the reason for the message")
    package static let range = ReplyField("range", .text, "the first digits of the numbers of a range")
    package static let rate = ReplyField("rate", .number, "the number of the price among the offering's prices, from 1")
    package static let rates = ReplyField("rates", .list, "prices in the catalogue's notation")
    package static let reason = ReplyField("reason", .word, "the reason why the usage was rejected")
    package static let reasons = ReplyField("reasons", .list, "why the service is barred")
    package static let rebuild = ReplyField("rebuild", .text, "none, running, done or failed")
    package static let rebuildPosition = ReplyField(
        "rebuild_position", .number, "the position that the rebuild has reached")
    package static let rebuildProjection = ReplyField(
        "rebuild_projection", .key, "the projection that is or was rebuilt")
    package static let record = ReplyField("record", .text, "the event as it is stored, in base64")
    package static let recorded = ReplyField("recorded", .time, "when the event was appended")
    package static let records = ReplyField("records", .number, "how many records")
    package static let recovered = ReplyField("recovered", .flag, "1: a new password is set")
    package static let ref = ReplyField("ref", .text, "the acquirer's reference")
    package static let refund = ReplyField(
        "refund", .number, "the position of a refund, or of the proposal of one, which names it")
    package static let refunds = ReplyField("refunds", .number, "how many refunds are to be paid out")
    package static let refusal = ReplyField("reason", .text, "why the acquirer refused it")
    package static let region = ReplyField("region", .key, "the key of a region")
    package static let regions = ReplyField(
        "regions", .list, "the regions where the offering is sold; without the field, all regions")
    package static let registered = ReplyField("registered", .flag, "1: the number has a cabinet")
    package static let rejections = ReplyField(
        "rejections", .number, "how many requests were refused since the service started")
    package static let removed = ReplyField("removed", .number, "how many numbers were removed")
    package static let repaid = ReplyField("repaid", .money, "the part of a promised payment that the money repaid")
    package static let repeated = ReplyField(
        "repeated", .flag, "1: the command was done before, and nothing was done now")
    package static let request = ReplyField(
        "request", .number, "the position of a request for a payment, which names it")
    package static let requestChanged = ReplyField("changed", .number, "the position of the last event that changed it")
    package static let requested = ReplyField("requested", .money, "the amount that was requested, if another came")
    package static let requests = ReplyField("requests", .number, "how many requests arrived since the service started")
    package static let requestState = ReplyField(
        "state", .word, "pending, offered, postponed, paid, refused or expired")
    package static let reserveBytes = ReplyField(
        "reserve_bytes", .number, "the free space below which most changes are refused")
    package static let result = ReplyField(
        "result", .text, "ok, or different if the state is not the one that the log gives")
    package static let retired = ReplyField("retired", .flag, "1: subscribers can no longer get the offering")
    package static let retryAfter = ReplyField("retry_after", .number, "after how many seconds the request may succeed")
    package static let retryAt = ReplyField(
        "retry_at", .time, "when the acquirer is asked for the automatic payment again")
    package static let reversal = ReplyField(
        "reversal", .number, "the position of a reversal, or of the proposal of one, which names it")
    package static let roamingBytes = ReplyField(
        "roaming_bytes", .number, "the bytes of data abroad in this calendar month, if there is a limit of them")
    package static let roamingLimit = ReplyField(
        "roaming_limit", .number, "the most bytes of data abroad in a calendar month")
    package static let role = ReplyField("role", .text, "always master, as Redis names it")
    package static let roles = ReplyField(
        "roles", .list, "the roles of a principal, or the roles that may use a command")
    package static let roomBytes = ReplyField("room_bytes", .number, "the free space for the log")
    package static let root = ReplyField("root", .text, "the root hash of the tree")
    package static let rowFields = ReplyField("row", .list, "the fields of a row, with their types")
    package static let rows = ReplyField("rows", .number, "how many rows came before")
    package static let scope = ReplyField("scope", .key, "the place where a price or a package holds")
    package static let seconds = ReplyField("seconds", .number, "the length of a call")
    package static let scheduledDraft = ReplyField("scheduled_draft", .number, "the draft that is to be published")
    package static let scheduledFrom = ReplyField("scheduled_from", .time, "when it is to be published")
    package static let secret = ReplyField("secret", .token, "the principal's secret, which is shown only once")
    package static let segment = ReplyField(
        "segment", .word, "individual, corporate or any: the customers who may buy the offering")
    package static let sent = ReplyField("sent", .time, "when the message was made")
    package static let seq = ReplyField("seq", .number, "the position of the last event that the reply includes")
    package static let server = ReplyField("server", .text)
    package static let service = ReplyField("service", .text, "the ledger account that was charged")
    package static let serviceVersion = ReplyField("version", .text, "the version of kabinetd")
    package static let session = ReplyField("session", .token, "the token of a session: give it as session=")
    package static let sessionNumber = ReplyField("session", .number, "the number of the session that acted")
    package static let sessions = ReplyField("sessions", .number, "how many sessions are open")
    package static let settings = ReplyField("kind", .word, "the kind of settings that is sent")
    package static let simBlock = ReplyField(
        "sim_block", .word, "who blocked the SIM: subscriber, operator or network; without the field, nobody")
    package static let sign = ReplyField("sign", .text, "the text that the device must sign")
    package static let since = ReplyField("since", .time, "since when; for a product, since when it has its status")
    package static let size = ReplyField("size", .number, "the size of the tree: how many events it contains")
    package static let snapshot = ReplyField("snapshot", .text, "running or idle")
    package static let snapshotBytes = ReplyField(
        "snapshot_bytes", .number, "the bytes of the snapshot that is being written, or of the last one")
    package static let snapshotLongestStepMicroseconds = ReplyField(
        "snapshot_longest_step_us", .number, "the longest pause of the service for a snapshot")
    package static let snapshotMilliseconds = ReplyField(
        "snapshot_milliseconds", .number, "how long the last snapshot took")
    package static let snapshotPosition = ReplyField("snapshot_position", .number, "the position of the last snapshot")
    package static let snapshots = ReplyField("snapshots", .number, "how many snapshots were compared")
    package static let source = ReplyField("source", .key, "the switch or gateway that numbers the records")
    package static let spendingLimit = ReplyField(
        "spending_limit", .money, "the most that the charges of a calendar month may be")
    package static let spentThisMonth = ReplyField(
        "spent_this_month", .money,
        "the charges of this calendar month in the subscriber's region; absent if the sum is not known")
    package static let started = ReplyField("started", .time, "when the service started")
    package static let status = ReplyField(
        "status", .word, "the present state, such as active, pending, rated or rejected")
    package static let storage = ReplyField(
        "storage", .text, "ok; low if only administrators may change anything; full if nothing may change")
    package static let subscription = ReplyField("subscription", .key, "the key of a subscription to content")
    package static let stopsWhenBlocked = ReplyField(
        "stops_when_blocked", .flag, "1: no fee is charged while the SIM is blocked")
    package static let successor = ReplyField(
        "successor", .key, "the offering to which those who have this retired one are moved")
    package static let successorFrom = ReplyField("successor_from", .time, "from when on they are moved")
    package static let sum = ReplyField("sum", .money, "the sum of all rows; if it is not zero, the books are wrong")
    package static let summary = ReplyField("summary", .text, "what the command does")
    package static let suspendedSince = ReplyField("suspended_since", .time, "since when the plan is suspended")
    package static let suspense = ReplyField("suspense", .money, "the money that has no owner: see SUSPENSE")
    package static let suspensionDayFee = ReplyField(
        "suspension_day_fee", .money, "the fee of each day of a suspension after the free ones")
    package static let suspensionFreeAgainAfterDays = ReplyField(
        "suspension_free_again_after_days", .number,
        "how many days after a suspension the next one has free days again")
    package static let suspensionFreeDays = ReplyField(
        "suspension_free_days", .number, "the days of a suspension that cost nothing")
    package static let tariff = ReplyField("tariff", .key, "the key of a tariff")
    package static let tariffChangeFee = ReplyField("tariff_change_fee", .money, "the fee for a change of tariff")
    package static let tariffChangeFreeAfterDays = ReplyField(
        "tariff_change_free_after_days", .number, "after how many days a change of tariff is free")
    package static let tariffName = ReplyField("tariff_name", .text, "the name of the tariff")
    package static let tariffs = ReplyField(
        "tariffs", .list, "the tariffs under which the offering is sold; without the field, all tariffs")
    package static let tariffStatus = ReplyField(
        "tariff_status", .word, "active, or unpaid until the balance covers the fee")
    package static let terminatesAt = ReplyField(
        "terminates_at", .time, "when the number is terminated if the balance stays at or under zero")
    package static let terms = ReplyField("terms", .text, "always general: the row shows the operator's terms")
    package static let testClock = ReplyField("test_clock", .time, "the clock, which CLOCK.SET moves")
    package static let text = ReplyField("text", .text, "the text that the request gave")
    package static let time = ReplyField("time", .time, "when it took effect")
    package static let to = ReplyField("to", .time, "the end of the period, which is not included")
    package static let total = ReplyField("total", .money, "the sum of the rows")
    package static let transferable = ReplyField("transferable", .money, "the most that one transfer may have now")
    package static let transferFloor = ReplyField(
        "transfer_floor", .money, "the balance that must stay after a transfer")
    package static let transferGreatest = ReplyField(
        "transfer_greatest", .money, "the largest transfer of money; 0: there are none")
    package static let transferHoldDays = ReplyField(
        "transfer_hold_days", .number, "after how many days a payment that can be charged back may be transferred")
    package static let transferLeast = ReplyField("transfer_least", .money, "the smallest transfer of money")
    package static let transferMonthLeft = ReplyField(
        "transfer_month_left", .money, "the sum of transfers that is left of this month")
    package static let transferMonthLimit = ReplyField(
        "transfer_month_limit", .money, "the most that a subscriber sends in a month, and the most that one receives")
    package static let transfersLeft = ReplyField("transfers_left", .number, "how many transfers are left of this day")
    package static let transfersPerDay = ReplyField(
        "transfers_per_day", .number, "the most transfers that a subscriber sends in a day")
    package static let tree = ReplyField("tree", .text, "ok, or failed if the tree cannot be written")
    package static let historyIndex = ReplyField(
        "history_index", .text, "ok, or failed if the index of history cannot be used, and reads of history take longer"
    )
    package static let historyIndexedThrough = ReplyField(
        "history_indexed_through", .number, "the last event that the index of history has")
    package static let treeSize = ReplyField("tree_size", .number, "how many events the tree contains")
    package static let trialBalance = ReplyField(
        "trial_balance", .money, "the sum of all ledger accounts, which must be zero")
    package static let type = ReplyField("type", .text, "the type of an event, an argument or a field")
    package static let unit = ReplyField("unit", .number, "how many seconds, messages or bytes are charged together")
    package static let unlimited = ReplyField("unlimited", .flag, "1: the package has no limit")
    package static let until = ReplyField("until", .time, "when the account lost the number")
    package static let uptimeSeconds = ReplyField("uptime_seconds", .number, "for how many seconds the service has run")
    package static let url = ReplyField("url", .text, "the acquirer's page on which the subscriber pays")
    package static let usage = ReplyField("usage", .number, "the position of a record of usage, which names it")
    package static let usageText = ReplyField("usage", .text, "how the request is written")
    package static let usedBytes = ReplyField("used_bytes", .number, "the part of the log's file that is in use")
    package static let validFrom = ReplyField("valid_from", .time, "since when it is valid")
    package static let validTo = ReplyField("valid_to", .time, "until when it is valid")
    package static let value = ReplyField("value", .text, "the data, or a description of it")
    package static let verb = ReplyField("verb", .text, "the name of the command")
    package static let verify = ReplyField("verify", .text, "none, running, ok, different or failed")
    package static let verifyFirst = ReplyField(
        "verify_first", .number, "the first position at which the fault can have begun")
    package static let verifyLag = ReplyField(
        "verify_lag", .number, "how many events came after the last verified position")
    package static let verifyMilliseconds = ReplyField(
        "verify_milliseconds", .number, "how long the last verification took")
    package static let verifyPosition = ReplyField("verify_position", .number, "the last verified position")
    package static let verifyProjection = ReplyField("verify_projection", .key, "the projection that differs")
    package static let version = ReplyField("version", .number, "the version of the catalogue")
    package static let visited = ReplyField("visited", .key, "the network abroad that the subscriber visited")
    package static let voiceSeconds = ReplyField("voice_seconds", .number, "the seconds of calls that the fee includes")
    package static let voucher = ReplyField("voucher", .number, "the number of a voucher in its batch, from 1")
    package static let voucherValue = ReplyField("value", .money, "the value of one voucher")
    package static let waitingAmount = ReplyField(
        "waiting_amount", .money, "the sum of the fees that wait for a payment")
    package static let waitingMissing = ReplyField(
        "waiting_missing", .money, "how much must be paid in for all of them to be taken")
    package static let waitingSince = ReplyField(
        "waiting_since", .time, "since when a fee waits for a payment that covers it")
    package static let went = ReplyField("went", .money, "the sum of the money that went out, on this page")
    package static let what = ReplyField("what", .text, "the kind of the data")
    package static let zone = ReplyField("zone", .key, "the key of a zone")
}
