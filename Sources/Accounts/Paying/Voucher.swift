/// Vouchers: money that was sold as a secret.
///
/// A secret has 24 characters: 8 of the batch and the number in it, and 16 that are 80 bits of HMAC-SHA-256, by a key of
/// the service, over the batch's seed and the number. So the log holds no secret, and a million of them one event. The
/// alphabet is Crockford's base32, which has no I, L, O or U.

/// A voucher: its batch, and its number in the batch, both from 1.
struct VoucherID: Hashable, Sendable, Coded {
    var batch: UInt32 = 0
    var number: UInt32 = 0

    mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
        try row.code(&batch)
        try row.code(&number)
    }
}

struct RedeemedVoucher: Equatable, Sendable, Coded {
    var id = VoucherID()
    /// The position of the payment.
    var payment: Position = 0

    mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
        try row.code(&id)
        try row.code(&payment)
    }
}

struct VoucherBatch: Equatable, Sendable, Coded {
    var event = VouchersMade()
    var made = Instant(milliseconds: 0)
    var isVoid = false

    static let maximumCount: UInt32 = 10_000
    /// The most batches: a secret has 20 bits for the batch.
    static let maximumBatches = 1 << 20 - 1

    mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
        try row.code(&event, in: .vouchersMade(event))
        try row.code(&made)
        try row.code(&isVoid)
    }
}

/// The secret as people type it: in groups, in small letters too, with O for 0 and I or L for 1.
struct VoucherSecret: Equatable, Sendable {
    let id: VoucherID
    /// 10 bytes.
    let key: [UInt8]

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    private static let idCharacters = 8
    private static let characters = 24

    init(_ id: VoucherID, key: [UInt8]) {
        precondition(key.count == 10, "a voucher's key has 80 bits")
        (self.id, self.key) = (id, key)
    }

    /// Nil if the text is no voucher's secret.
    init?(_ text: [UInt8]) {
        var values: [UInt64] = []
        for byte in text where byte != UInt8(ascii: " ") && byte != UInt8(ascii: "-") {
            guard let value = Self.value(of: byte), values.count < Self.characters else { return nil }
            values.append(value)
        }
        guard values.count == Self.characters else { return nil }
        let number = values[..<Self.idCharacters].reduce(0) { $0 << 5 | $1 }
        id = VoucherID(batch: UInt32(number >> 20), number: UInt32(number & 0xf_ffff))
        var (key, bits, count) = ([UInt8](), UInt64(0), 0)
        for value in values[Self.idCharacters...] {
            (bits, count) = (bits << 5 | value, count + 5)
            if count >= 8 {
                count -= 8
                key.append(UInt8(truncatingIfNeeded: bits >> UInt64(count)))
            }
        }
        self.key = key
    }

    /// `0000-1003-…`, in groups of four.
    var text: String {
        var characters: [UInt8] = []
        let number = UInt64(id.batch) << 20 | UInt64(id.number)
        for index in 0..<Self.idCharacters {
            characters.append(Self.alphabet[Int(number >> UInt64(35 - index * 5) & 31)])
        }
        var (bits, count) = (UInt64(0), 0)
        for byte in key {
            (bits, count) = (bits << 8 | UInt64(byte), count + 8)
            while count >= 5 {
                count -= 5
                characters.append(Self.alphabet[Int(bits >> UInt64(count) & 31)])
            }
        }
        return stride(from: 0, to: characters.count, by: 4)
            .map { String(decoding: characters[$0..<$0 + 4], as: UTF8.self) }.joined(separator: "-")
    }

    private static func value(of byte: UInt8) -> UInt64? {
        let capital = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") ? byte - 32 : byte
        switch capital {
        case UInt8(ascii: "O"): return 0
        case UInt8(ascii: "I"), UInt8(ascii: "L"): return 1
        default: return alphabet.firstIndex(of: capital).map { UInt64($0) }
        }
    }
}

/// Derives the keys of some vouchers of a batch.
package struct DeriveVouchers: SecretWork {
    package typealias Output = [[UInt8]]

    let seed: [UInt8]
    let numbers: Range<UInt32>

    package var pool: SecretPool { .codes }
    package var isNothing: Bool { numbers.isEmpty }

    package func perform<Tools: SecretTools>(_ tools: inout Tools) throws(Tools.Failure) -> [[UInt8]] {
        var keys: [[UInt8]] = []
        for number in numbers { keys.append(tools.voucher(seed: seed, number: number)) }
        return keys
    }
}
