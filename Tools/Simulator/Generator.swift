/// Draws requests without looking at what exists: numbers, offerings, groups, ids, references and sessions from small
/// pools, valid or not, so that they meet.

import Accounts
import Engine
import TestSupport

/// How a command is drawn. A verb of the command table without a template here stops the simulator at its start.
struct Template {
    let verb: String
    /// Its share of all templates' weights.
    let weight: Int
    /// The events that an OK's `seq=` may be of.
    let events: [String]
    let arguments: @Sendable (inout Draw) -> [String]

    init(
        _ verb: String, _ weight: Int, _ events: String..., arguments: @escaping @Sendable (inout Draw) -> [String]
    ) {
        (self.verb, self.weight, self.events, self.arguments) = (verb, weight, events, arguments)
    }

    /// Commands that are never drawn, and why.
    static let excluded = Dictionary(
        uniqueKeysWithValues: ["MULTI", "EXEC", "DISCARD", "WATCH", "UNWATCH", "RESET"].map {
            ($0, "drawn as a transaction")
        })

    static let all: [Template] = [
        Template("HELLO", 2) { d in d.one([[], ["1"], ["2"], ["3"], ["3", "principal=admin", "secret=wrong"]]) },
        Template("AUTH", 1) { d in [d.principal(), d.one(["wrong", "AAAA"])] },
        Template("PING", 4) { d in d.sometimes(4) { _ in "text" } },
        Template("HELP", 1) { d in d.one([[], ["TOPUP"], ["NOTHING"]]) },
        Template("COMMANDS", 1) { _ in [] },
        Template("QUIT", 1) { _ in [] },
        Template("COMMAND", 1) { d in [d.one(["DOCS", "COUNT"])] },
        Template("CLIENT", 1) { d in d.one([["SETNAME", "x"], ["ID"], ["REPLY", "OFF"]]) },
        Template("CONFIG", 1) { _ in ["GET", "save"] },
        Template("INFO", 1) { d in d.sometimes(2) { _ in "replication" } },
        Template("SELECT", 1) { d in [d.one(["0", "0", "1"])] },
        Template("ECHO", 1) { _ in ["text"] },

        Template("PRINCIPAL.ADD", 3, "principal_added", "proposal_made") { d in
            [d.principal(), "roles=" + d.one(["frontend", "payments,operator", "cashier", "admin", "none"])]
        },
        Template("PRINCIPALS", 1) { _ in [] },
        Template("PRINCIPAL.ROTATE", 2, "principal_rotated") { d in
            [d.principal()] + d.sometimes(2) { "overlap=" + $0.one(["0", "1", "24", "168", "169"]) }
        },
        Template("PRINCIPAL.DISABLE", 1, "principal_disabled") { d in [d.principal()] },
        Template("CLOCK.SET", 2, "clock_moved") { d in ["2018-0\(3 + d.below(7))-\(10 + d.below(19))"] },

        Template("SUBSCRIBER.ACTIVATE", 20, "subscriber_activated", "member_added", "buckets_granted") { d in
            [
                d.msisdn(), "iccid=897012000000000000\(10 + d.below(80))", "imsi=2502000000000\(10 + d.below(80))",
                "region=" + d.one(["msk", "msk", "ekb", "msk", "x"]),
                "tariff=" + d.tariff(), "pin=0000", "puk=12345678",
            ] + d.sometimes(8) { "org=" + $0.org() }
        },

        Template("SIM.REPLACE", 2, "sim_replaced") { d in
            [
                d.msisdn(), "iccid=897012000000000000\(10 + d.below(80))", "imsi=2502000000000\(10 + d.below(80))",
                "pin=1111", "puk=87654321",
            ]
        },
        Template("SUBSCRIBER.TERMINATE", 2, "subscriber_terminated") { d in
            [d.msisdn()] + d.sometimes(2) { $0.one(["reason=ported_out", "reason=x"]) }
        },

        Template("REGISTER", 12, "challenge_issued") { d in [d.msisdn()] },
        Template(
            "CONFIRM", 20, "password_recovered", "session_opened", "link_added", "purchase_confirmed",
            "email_confirmed"
        ) { d in
            let challenge = d.challenge()
            return [challenge, d.code(of: challenge), "password=" + d.password()]
        },
        Template("LOGIN", 20, "session_opened", "password_rehashed") { d in [d.msisdn(), d.password()] },
        Template("PASSWORD.CHANGE", 4, "password_changed") { d in
            [d.msisdn(), "old=" + d.password(), "new=" + d.password()] + d.sometimes(2) { _ in "end_others=1" }
        },
        Template("LOGIN.CODE", 8, "challenge_issued") { d in [d.msisdn()] },
        Template("LOGIN.PUSH", 6, "challenge_issued") { d in [d.msisdn()] },
        Template("PUSH.REPLY", 8, "challenge_answered") { d in [d.msisdn(), d.one(["1", "1", "1", "2"])] },
        Template("PASSWORD.RECOVER", 5, "challenge_issued") { d in [d.msisdn()] },
        Template("RESEND", 6, "challenge_resent") { d in [d.challenge()] },
        Template("CHALLENGE", 12, "session_opened") { d in [d.challenge()] + d.sometimes(2) { "wait=\($0.small())" } },
        Template("REAUTH.CODE", 3, "challenge_issued") { d in [d.msisdn()] },
        Template("SESSIONS", 2) { d in [d.msisdn()] },
        Template("SESSION.END", 2, "session_ended", "sessions_ended") { d in
            [d.msisdn(), d.one(["others", "all", "\(d.small())", "x"])]
        },
        Template("DEVICE.ADD", 5, "device_added", "reauthenticated") { d in
            ["name=phone", "public_key=" + d.deviceKey(), "reauth=" + d.password()]
        },
        Template("LOGIN.DEVICE", 6, "session_opened", "challenge_issued") { d in
            [d.device()] + d.sometimes(2) { "signature=" + $0.one(["AAAA", "AAAA", "BBBB"]) }
        },
        Template("DEVICES", 1) { d in [d.msisdn()] },
        Template("DEVICE.REMOVE", 4, "device_removed") { d in [d.msisdn(), d.device(), "reauth=" + d.password()] },
        Template("LINK.ADD", 8, "challenge_issued") { d in [d.msisdn(), "reauth=" + d.password()] },
        Template("LINKS", 2) { d in [d.msisdn()] },
        Template("LINK.REMOVE", 6, "link_removed", "link_revoked") { d in [d.msisdn(), "reauth=" + d.password()] },
        Template("PROFILE", 2) { d in [d.msisdn()] },
        Template("PROFILE.SET", 20, "profile_set") { d in
            [d.msisdn()]
                + d.one([
                    ["name=Anna"], ["email=anna@example.org", "language=en"], ["notify=sms,app"], ["region=ekb"],
                    ["email=anna@example.org"], ["email=anna@example.org"], ["email=boris@example.org"],
                    ["region=msk"],
                    ["name=", "email=x"],
                ])
        },
        Template("EMAIL.CODE", 40, "challenge_issued") { d in [d.msisdn()] },
        Template("CONSENT.SET", 3, "consent_set") { d in
            [d.msisdn(), d.one(["advertising", "partners", "none"]), d.one(["0", "1"])]
        },
        Template("PRIVACY.REPORT", 1) { d in [d.msisdn()] },
        Template("REGIONS", 1) { _ in [] },
        Template("ZONES", 1) { _ in [] },
        Template("LOGOUT", 2, "session_ended") { _ in [] },
        Template("ERASE", 3, "person_erased") { d in [d.msisdn(), "reauth=" + d.password()] },
        Template("NOTIFICATIONS", 6) { d in d.sometimes(2) { "msisdn=" + $0.msisdn() } },

        Template("ACCOUNT", 8) { d in [d.msisdn()] + d.sometimes(8) { $0.past() } },
        Template("BALANCE", 30) { d in [d.msisdn()] + d.sometimes(6) { $0.past() } },
        Template("TOPUP", 90, "topped_up", "buckets_granted", "payment_parked") { d in
            let settled = d.happens(4) ? d.paymentRequest() : nil
            return [settled?.msisdn ?? d.msisdn(), d.amount(), "ref=" + d.reference()]
                + (settled.map { ["request=" + $0.request] } ?? [])
                + d.sometimes(settled == nil ? 12 : 2) { "card=" + $0.card() }
                + d.sometimes(2) { "method=" + $0.one(["card", "cash", "sbp", "bank", "card", "cash", "sbp", "gold"]) }
        },
        Template("TOPUP.REQUEST", 30, "payment_requested") { d in
            [d.msisdn(), d.amount(), "method=" + d.one(["card", "sbp", "card", "cash"])]
                + d.sometimes(8) { "card=" + $0.card() }
        },
        Template("TOPUP.REQUESTS", 4) { d in
            [d.msisdn()] + d.sometimes(2) { "after=\($0.below(400))" } + d.sometimes(3) { "wait=\($0.small())" }
        },
        Template("PAYMENT.REQUESTS", 10) { d in d.sometimes(3) { "wait=\($0.small())" } },
        Template("PAYMENT.OFFER", 10, "payment_offered") { d in
            [d.paymentRequest().request, "url=" + d.one(["https://bank.example/1", "http://bank.example/2", "x"])]
        },
        Template("PAYMENT.REFUSE", 8, "payment_refused", "autopay_postponed", "autopay_failed") { d in
            [d.paymentRequest().request, "reason=declined"] + d.sometimes(2) { "attempt=\(1 + $0.below(3))" }
        },
        Template("CARDS", 2) { d in [d.msisdn()] },
        Template("CARD.REMOVE", 2, "card_removed", "autopay_ended") { d in
            let own = d.storedCard()
            return [own.msisdn, own.card]
        },
        Template("AUTOPAY.SET", 40, "autopay_set", "payment_requested", "autopay_skipped") { d in
            let own = d.storedCard()
            return [own.msisdn, "card=" + own.card, "amount=" + d.amount(), "reauth=" + d.password()]
                + [d.happens(3) ? "day=\(1 + d.below(31))" : "below=" + d.amount()]
                + d.sometimes(2) { "monthly_cap=" + $0.one(["60", "250", "1000"]) }
        },
        Template("AUTOPAY.OFF", 2, "autopay_ended") { d in [d.msisdn()] },
        Template("AUTOPAY", 3) { d in [d.msisdn()] },
        Template("PAYMENT.REVERSE", 12, "payment_reversed", "proposal_made") { d in
            [d.payment(), "reason=chargeback"] + d.sometimes(2) { "amount=" + $0.amount() }
        },
        Template("ADJUST", 12, "balance_adjusted", "proposal_made", "buckets_granted") { d in
            [d.msisdn(), d.one(["10", "-5", "0.01", "300", "-300", "0"]), "reason=correction"]
        },
        Template("APPROVALS", 6) { _ in [] },
        Template(
            "APPROVE", 16, "balance_adjusted", "payment_reversed", "refunded", "suspense_credited", "vouchers_made",
            "buckets_granted", "catalog_published", "catalog_scheduled", "principal_added"
        ) { d in [d.proposal()] },
        Template("ADJUST.APPROVE", 3, "balance_adjusted", "buckets_granted") { d in [d.proposal()] },
        Template("REFUND.APPROVE", 3, "refunded") { d in [d.proposal()] },
        Template("DECLINE", 3, "proposal_declined") { d in [d.proposal()] },
        Template("SUSPENSE", 1) { d in d.sometimes(2) { "from=\($0.below(400))" } },
        Template("SUSPENSE.ASSIGN", 8, "suspense_credited", "proposal_made", "buckets_granted") { d in
            [d.parkedPayment(), d.msisdn()]
        },
        Template("REFUND.REQUEST", 14, "refunded", "proposal_made", "reauthenticated") { d in
            [d.msisdn()] + d.sometimes(2) { "payment=" + $0.payment() } + d.sometimes(2) { "amount=" + $0.amount() }
                + d.sometimes(2) { "reauth=" + $0.password() } + d.sometimes(4) { "account=\($0.small())" }
        },
        Template("REFUNDS", 10) { d in d.sometimes(3) { "wait=\($0.small())" } },
        Template("REFUND.PAID", 12, "refund_paid") { d in [d.refund(), "ref=" + d.reference()] },
        Template("REFUND.REFUSE", 8, "refund_returned") { d in [d.refund(), "reason=card_closed"] },
        Template("VOUCHERS.MAKE", 3, "vouchers_made", "proposal_made") { d in
            ["count=\(1 + d.below(3))", "amount=" + d.amount(), "expires=2018-0\(3 + d.below(7))-1\(d.below(10))"]
        },
        Template("VOUCHERS.PRINT", 6, "vouchers_printed") { d in ["\(1 + d.below(4))"] },
        Template("VOUCHERS.VOID", 1, "vouchers_voided") { d in ["\(1 + d.below(4))", "reason=stolen"] },
        Template("VOUCHERS", 1) { d in d.sometimes(2) { "from=\($0.below(4))" } },
        Template("VOUCHER.REDEEM", 8, "topped_up", "buckets_granted") { d in [d.msisdn(), d.voucher()] },
        Template("PROMISE.TERMS", 3) { d in [d.msisdn()] },
        Template("PROMISE", 20, "promise_given", "buckets_granted", "service_restored") { d in
            [d.msisdn()] + d.sometimes(2) { "amount=" + $0.one(["20", "50", "7"]) }
        },
        Template("TRANSFER.TERMS", 3) { d in [d.msisdn()] },
        Template("TRANSFER", 40, "transfer_received", "buckets_granted", "reauthenticated") { d in
            [d.msisdn(), d.msisdn(), d.one(["1", "5", "10", "40", "0.01", "500"])]
                + d.sometimes(2) { "reauth=" + $0.password() }
        },
        Template("BUCKET.GIFT", 16, "bucket_gift_received") { d in
            [d.msisdn(), d.msisdn(), "bytes=" + d.one(["1073741824", "2147483648", "5", "3221225472"])]
        },
        Template("BUCKET.EXCHANGE", 10, "bucket_exchanged") { d in
            [d.msisdn(), "seconds=" + d.one(["60", "600", "61", "60000"])]
        },
        Template("PAYMENTS", 6) { d in [d.msisdn()] + d.sometimes(2) { _ in "limit=3" } },

        Template("TARIFFS", 1) { d in d.sometimes(2) { _ in "region=msk" } },
        Template("TARIFF", 4) { d in [d.msisdn()] + d.sometimes(8) { $0.past() } },
        Template("TARIFF.QUOTE", 4) { d in [d.msisdn(), d.tariff()] + d.sometimes(3) { $0.when() } },
        Template("TARIFF.CHANGE", 30, "tariff_changed", "buckets_granted", "tariff_change_planned") { d in
            [d.msisdn(), d.tariff()] + d.sometimes(3) { $0.when() }
        },
        Template("TARIFF.CHANGE.CANCEL", 3, "tariff_change_cancelled") { d in [d.msisdn()] },
        Template("TARIFF.SUSPEND", 6, "tariff_suspended") { d in [d.msisdn()] },
        Template("TARIFF.RESUME", 10, "tariff_resumed", "fees_charged", "buckets_granted") { d in [d.msisdn()] },
        Template("OPTIONS", 2) { d in
            [d.msisdn()] + d.sometimes(2) { _ in "available=1" } + d.sometimes(8) { $0.past() }
        },
        Template("OPTION.QUOTE", 2) { d in [d.msisdn(), d.option()] },
        Template("OPTION.ON", 36, "option_activated", "buckets_granted") { d in [d.msisdn(), d.option()] },
        Template("OPTION.OFF", 10, "option_terminated") { d in [d.msisdn(), d.option()] },
        Template("SUBSCRIPTIONS", 2) { d in
            [d.msisdn()] + d.sometimes(2) { _ in "available=1" } + d.sometimes(8) { $0.past() }
        },
        Template("SUBSCRIPTION.ON", 10, "challenge_issued") { d in [d.msisdn(), d.one(["stars", "stars", "sms"])] },
        Template("SPENDING.LIMIT", 14, "spending_limit_set") { d in
            [d.msisdn()]
                + d.one([
                    ["amount=" + d.one(["5", "20", "100", "1000", ""])],
                    ["roaming_bytes=" + d.one(["0", "1", "5000000", ""])],
                    ["beyond_package=" + d.one(["stop", "charge"])],
                    ["amount=0"],
                ])
        },
        Template("SUBSCRIPTION.OFF", 4, "option_terminated") { d in [d.msisdn(), "stars"] },

        Template("USAGE", 60, "usage_rated", "usage_rejected") { d in
            let n = d.usageNumber()
            return (d.happens(4) ? d.toldAgain(n) : [d.msisdn()] + d.usage())
                + ["source=" + d.one(["msc", "smsc"]), "n=\(n)"]
        },
        Template("USAGE.CHECK", 6) { d in [d.msisdn()] + d.usage() },
        Template("USAGE.SOURCES", 1) { d in d.sometimes(2) { "source=" + $0.one(["msc", "pcrf"]) } },
        Template("EXPENSES", 3) { d in
            [d.msisdn()] + d.sometimes(2) { "month=" + $0.one(["2018-03", "2018-04", "2018-13"]) }
        },
        Template("STATEMENT", 4) { d in
            [d.msisdn(), "from=2018-03-0\(1 + d.below(9))", "to=2018-03-2\(d.below(9))"]
                + d.sometimes(2) { "kind=" + $0.one(["voice", "service", "payment", "fax"]) }
                + d.sometimes(2) { "limit=\(1 + $0.below(9))" }
                + d.sometimes(8) {
                    "before=\($0.below(400))-\(1_519_862_400_000 + $0.below(3_000_000_000))-\($0.below(400))"
                }
        },
        Template("STATEMENT.FILE", 3) { d in
            [d.msisdn(), "from=2018-03-0\(1 + d.below(9))", "to=2018-03-2\(d.below(9))"]
                + d.sometimes(2) { "format=" + $0.one(["csv", "html", "pdf"]) }
                + d.sometimes(2) { "limit=\(1 + $0.below(9))" }
                + d.sometimes(4) { "kind=" + $0.one(["voice", "payment"]) }
        },
        Template("STATEMENT.ORDER", 8, "statement_ordered", "reauthenticated") { d in
            [d.msisdn(), "from=2018-03-0\(1 + d.below(9))", "to=2018-0\(3 + d.below(3))-2\(d.below(9))"]
                + d.sometimes(2) { "email=" + $0.one(["anna@example.org", "anna@example.org", "x"]) }
                + d.sometimes(2) { "reauth=" + $0.password() }
                + d.sometimes(3) { "format=" + $0.one(["csv", "html", "pdf"]) }
                + d.sometimes(4) { "language=" + $0.one(["ru", "en"]) }
        },
        Template("NOTIFICATION.FILE", 2) { d in ["\(1 + d.below(400))"] + d.sometimes(2) { "limit=\(1 + $0.below(9))" }
        },
        Template("BUCKETS", 4) { d in [d.msisdn()] + d.sometimes(8) { $0.past() } },

        Template("SIM.BLOCK", 5, "sim_blocked") { d in
            [d.msisdn()] + d.sometimes(2) { "reason=" + $0.one(["lost", "stolen", "fraud", "request", "x"]) }
        },
        Template("SIM.UNBLOCK", 8, "sim_unblocked") { d in
            [d.msisdn()] + d.sometimes(2) { "reauth=" + $0.password() }
        },
        Template("CALLS.BAN", 8, "calls_ban_set") { d in [d.msisdn(), d.one(["on", "off"])] },
        Template("CONTENT.BAN", 10, "content_banned", "content_allowed") { d in
            [d.msisdn(), d.one(["on", "off", "off"])]
        },
        Template("BLACKLIST", 2) { d in [d.msisdn()] },
        Template("BLACKLIST.ADD", 10, "blacklist_added") { d in [d.msisdn(), d.peer()] },
        Template("BLACKLIST.REMOVE", 6, "blacklist_removed") { d in [d.msisdn(), d.peer()] },
        Template("SETTINGS.SEND", 4, "settings_sent") { d in
            [d.msisdn(), "kind=" + d.one(["internet", "mms", "x"])]
        },
        Template("SERVICE", 3) { d in [d.msisdn()] },
        Template("ORDERS", 8) { d in
            d.sometimes(4) { "msisdn=" + $0.msisdn() } + d.sometimes(4) { "state=" + $0.one(["open", "failed"]) }
                + d.sometimes(3) { "wait=\($0.small())" } + d.sometimes(4) { "from=\($0.small() * 20)" }
        },
        Template("ORDER.DONE", 24, "order_done") { d in [d.order()] },
        Template("ORDER.FAILED", 8, "order_failed") { d in [d.order(), "reason=" + d.one(["busy", "unreachable"])] },

        Template("ORG.CREATE", 10, "organization_created") { d in
            ["name=Org", "inn=" + d.one(["7707083893", "7736050003", "7707083893", "1234567890"])]
        },
        Template("ORG", 2) { d in [d.org()] + d.sometimes(8) { $0.past() } },
        Template("ORG.ADD", 24, "member_added", "tariff_changed", "buckets_granted") { d in
            [d.org(), d.msisdn()] + d.sometimes(3) { "tariff=" + $0.tariff() }
        },
        Template("ORG.REMOVE", 6, "member_removed", "tariff_changed", "buckets_granted") { d in
            [d.org(), d.msisdn()] + d.sometimes(3) { "tariff=" + $0.tariff() }
        },
        Template("ORG.ADMIN.ADD", 16, "administrator_added") { d in [d.org(), d.msisdn()] },
        Template("ORG.ADMIN.REMOVE", 1, "administrator_removed") { d in [d.org(), d.msisdn()] },
        Template("PIN", 8, "sim_secret_shown", "reauthenticated") { d in [d.msisdn(), "reauth=" + d.password()] },
        Template("PUK", 8, "sim_secret_shown") { d in [d.msisdn(), "reauth=" + d.password()] },
        Template("GROUP.CREATE", 6, "group_created") { d in [d.org(), "name=Group"] },
        Template("GROUP.ADD", 16, "group_joined") { d in [d.group(), d.msisdn()] + d.sometimes(2) { $0.msisdn() } },
        Template("GROUP.REMOVE", 6, "group_left") { d in [d.group(), d.msisdn()] },
        Template("GROUPS", 1) { d in [d.org()] + d.sometimes(8) { $0.past() } },
        Template("GROUP", 2) { d in [d.group()] + d.sometimes(8) { $0.past() } },

        Template("CATALOG", 1) { d in d.sometimes(2) { "draft=\($0.small())" } },
        Template("CATALOG.DRAFT", 3, "catalog_drafted") { _ in [] },
        Template(
            "CATALOG.PUT", 3, "catalog_region_put", "catalog_zone_put", "catalog_number_range_put", "catalog_terms_put",
            "catalog_offering_put"
        ) { d in
            ["\(d.small())"]
                + d.one([
                    ["tariff", "talk", "name=Talk", "fee=50", "period=7d"],
                    ["option", "sms", "name=SMS", "fee=1", "period=1d"],
                    [
                        "terms", "general", "tariff_change_fee=10", "tariff_change_free_after_days=3",
                        "approval_threshold=100",
                    ],
                    [
                        "terms", "general", "tariff_change_fee=20", "tariff_change_free_after_days=1",
                        "promises=0:20:1:1,5:50:3:5", "promise_debt=30", "transfer_least=1",
                        "transfer_greatest=50", "transfers_per_day=3", "transfer_month_limit=90",
                        "transfer_floor=2", "transfer_hold_days=\(d.below(6))", "gift_gigabytes=2",
                        "gifts_per_month=3", "gift_days=7", "exchange_bytes_per_minute=1000000",
                        "suspension_free_days=1", "suspension_day_fee=2", "move_notice_days=1",
                        "dormancy_after_days=20", "dormancy_day_fee=1", "dormancy_termination_days=60",
                    ],
                    [
                        "tariff", d.one(["talk", "free"]), "name=Old", "fee=0", "period=open", "retired=1",
                        "successor=online", "successor_from=2018-0\(3 + d.below(7))-1\(d.below(10))",
                    ],
                    [
                        "tariff", d.one(["talk", "free"]), "name=Part", "fee=31", "prorated=1",
                        d.one(["period=month", "period=year", "period=5d"]),
                    ],
                    ["region", "spb", "name=Spb", "offsets=180"], ["range", "8", "digits=11"],
                    ["tariff", "online", "name=Online", "fee=20", "period=month", "messages=20"],
                    [
                        "region", d.one(["msk", "ekb"]), "name=M",
                        "offsets=240,\(180 - d.below(20) * 30)@2018-0\(3 + d.below(7))-\(10 + d.below(20))T22:00:00Z",
                    ],
                ])
        },
        Template("CATALOG.PUBLISH", 2, "catalog_published", "catalog_scheduled", "proposal_made") { d in
            ["\(d.small())"] + d.sometimes(2) { "valid_from=2018-0\(3 + $0.below(7))-1\($0.below(10))" }
        },
        Template("CATALOG.CANCEL", 3, "catalog_schedule_cancelled") { d in ["\(1 + d.below(8))"] },
        Template("CATALOG.RETIRE", 1, "catalog_offering_retired") { d in [d.one(["office", "extra", "none"])] },

        Template("EVENTS", 4) { d in
            d.one([[], ["msisdn=" + d.msisdn()], ["account=\(d.small())"]]) + ["limit=20"]
        },
        Template("HOLDERS", 2) { d in [d.msisdn()] },
        Template("EXPLAIN", 6) { d in
            [d.msisdn()] + d.sometimes(2) { "limit=\(1 + $0.below(4))" } + d.sometimes(4) { $0.past() }
                + d.sometimes(6) { "before=\(1 + $0.below(400))" } + d.sometimes(8) { "account=\($0.small())" }
        },
        Template("TAIL", 1) { d in d.one([[], ["from=1"], ["from=\(d.small())"]]) },
        Template("TRIAL.BALANCE", 3) { d in d.sometimes(4) { $0.past() } },
        Template("STATS", 1) { _ in [] },
        Template("VERIFY", 3) { _ in [] },
        Template("SNAPSHOT", 3) { _ in [] },
        Template("RESTART", 1) { _ in [] },
        // A log in memory cannot be backed up: the request is refused.
        Template("BACKUP", 1) { d in [d.one(["/backups/a", "backups", ""])] },
        // A log in memory has no tree either.
        Template("CHECKPOINT", 1) { _ in [] },
        Template("PROOF", 1) { d in ["\(d.small())"] + d.sometimes(2) { "size=\($0.small())" } },
        Template("CONSISTENCY", 1) { d in ["\(d.small())", "\(d.small())"] },
        Template("REBUILD", 4) { d in
            [
                d.one([
                    "balances", "access", "profiles", "subscriptions", "organizations", "services", "orders",
                    "dormancy", "paying", "promises", "autopay", "transfers",
                    "nothing",
                ])
            ]
        },
    ]

    /// By the command table's numbers.
    static let ofCommand: [Template] = commandTable.specs.map { spec in
        if excluded[spec.verb] != nil { return Template(spec.verb, 0) { _ in [] } }
        guard let template = all.first(where: { $0.verb == spec.verb }) else {
            preconditionFailure(
                "the simulator never says \(spec.verb): give it a template, or exclude it with a reason")
        }
        let isChange = spec.effect != .read && spec.effect != .connection
        precondition(isChange == !template.events.isEmpty, "\(spec.verb) appends events: its template says which")
        return template
    }

    static let topUpRequest = commandTable.specs.firstIndex { $0.verb == "TOPUP.REQUEST" } ?? 0

    /// Every command once for each unit of its weight.
    static let drawn: [Int] = commandTable.specs.indices.flatMap { index in
        excluded[commandTable.specs[index].verb] == nil
            ? Array(repeating: index, count: ofCommand[index].weight) : []
    }
}
