/// Numbers to accounts by dense index, and the columns that every account has.
package struct Directory: Projection {
    package static let name = "directory"
    package static let version: UInt16 = 5

    package enum Kind: UInt8, Sendable {
        case `operator` = 0
        case subscriber = 1
        case organization = 2
        /// The number is nobody's, or another account's.
        case former = 3
    }

    package struct Account: Sendable, Coded {
        package var msisdn = MSISDN(number: 0)
        package var lastPosition: Position = 0
        /// The position of the last event that is no sign-in attempt; `if_seq=` compares with it.
        package var lastChange: Position = 0
        /// The position of the event that has the SIM's PIN and PUK, sealed.
        package var simPosition: Position = 0
        package var activated = Instant(milliseconds: 0)
        /// The vault's name for the account's key; a new one once the person was erased.
        package var keyID = Hash128.zero
        package var kind = Kind.operator
        /// The number of the region in the catalogue's order of first appearance.
        package var region: UInt16 = 0
        /// The SIM card under an active number; 0 if none is known.
        package fileprivate(set) var iccid: UInt64 = 0
        package fileprivate(set) var imsi: UInt64 = 0

        @inline(__always)
        mutating func code<Coder: ColumnCoder>(_ row: inout Coder) throws(Coder.Failure) {
            try row.code(&msisdn.number)
            try row.code(&lastPosition)
            try row.code(&lastChange)
            try row.code(&simPosition)
            try row.check(simPosition <= lastPosition, "a SIM of later than its account")
            try row.code(&activated)
            try row.code(&keyID)
            try row.code(&kind, or: "an account of no known kind")
            try row.code(&region)
            try row.code(&iccid)
            try row.code(&imsi)
        }
    }

    /// An account that had a number until `until`.
    package struct FormerHolder: Sendable {
        package let account: AccountIndex
        package let until: Instant
    }

    /// Marks the index of the account that last had a number, if nobody has it now.
    private static let isFormer: AccountIndex = 1 << 31

    /// Index 0 is the operator's own account.
    package private(set) var accounts = [Account()]
    private var byNumber = IndexTable()
    private var byICCID = AccountTable()
    private var byIMSI = AccountTable()
    /// Former holders by number, oldest first.
    private var formerHolders: [UInt64: [FormerHolder]] = [:]
    /// Region keys in the order of their first appearance: an event names a region by its key, a column by a number.
    package private(set) var regionKeys: [String] = [""]
    /// Keys that the vault must not have any more, in the order of the erasures.
    package private(set) var destroyedKeyIDs: [Hash128] = []

    package init() {}

    package var count: Int { accounts.count }
    /// The index that the next activated account gets.
    package var next: AccountIndex { AccountIndex(accounts.count) }

    func prefetch(_ msisdn: MSISDN) { byNumber.prefetch(msisdn.number) }
    func prefetch(_ index: AccountIndex) { accounts.prefetchElement(Int(index)) }

    package func find(_ msisdn: MSISDN) -> AccountIndex? {
        byNumber[msisdn.number].flatMap { $0 & Self.isFormer == 0 ? $0 : nil }
    }

    package func formerHolders(_ msisdn: MSISDN) -> [FormerHolder] { formerHolders[msisdn.number] ?? [] }

    /// Every account that has or had a number, oldest first.
    package func holders(_ msisdn: MSISDN) -> [AccountIndex] {
        formerHolders(msisdn).map(\.account) + (find(msisdn).map { [$0] } ?? [])
    }

    /// The number of accounts that had the account's number before it.
    package func formerOwners(_ index: AccountIndex) -> Int {
        formerHolders(self[index].msisdn).firstIndex { $0.account == index } ?? formerHolders(self[index].msisdn).count
    }

    /// True if this card works under another active number. Logs from before this was checked have it under several.
    package func hasOther(than account: AccountIndex?, iccid: String) -> Bool {
        byICCID.contains(Self.number(ofICCID: iccid), in: accounts, by: \.iccid, otherThan: account)
    }
    package func hasOther(than account: AccountIndex?, imsi: String) -> Bool {
        byIMSI.contains(Self.number(ofIMSI: imsi), in: accounts, by: \.imsi, otherThan: account)
    }

    /// The subscriber of a number; refused as not found if there is none.
    package func subscriber(_ msisdn: MSISDN, field: String = "msisdn") throws(Rejection) -> AccountIndex {
        guard let index = find(msisdn) else { throw .notFound(field, "subscriber") }
        return index
    }

    /// The organisation with this account index; refused as not found if there is none.
    package func organization(_ index: AccountIndex) throws(Rejection) -> AccountIndex {
        guard Int(index) < accounts.count, accounts[Int(index)].kind == .organization else {
            throw .notFound("org", "organisation")
        }
        return index
    }

    package subscript(_ index: AccountIndex) -> Account { accounts[Int(index)] }

    package func regionKey(_ index: AccountIndex) -> String { regionKeys[Int(accounts[Int(index)].region)] }

    package mutating func apply(_ event: Event, _ meta: EventMeta) {
        switch event {
        case .subscriberActivated(let e):
            open(meta.account, .subscriber, meta.effective, keyID: e.keyID)
            accounts[Int(meta.account)].msisdn = MSISDN(number: e.msisdn)
            accounts[Int(meta.account)].region = number(ofRegion: e.region)
            byNumber.insert(e.msisdn, meta.account)
            setSIM(meta.account, iccid: Self.number(ofICCID: e.iccid), imsi: Self.number(ofIMSI: e.imsi))
            accounts[Int(meta.account)].simPosition = meta.position
        case .simReplaced(let e):
            setSIM(meta.account, iccid: Self.number(ofICCID: e.iccid), imsi: Self.number(ofIMSI: e.imsi))
            accounts[Int(meta.account)].simPosition = meta.position
        case .organizationCreated(let e):
            open(meta.account, .organization, meta.effective, keyID: e.keyID)
        case .subscriberTerminated:
            accounts[Int(meta.account)].kind = .former
            setSIM(meta.account, iccid: 0, imsi: 0)
            let number = accounts[Int(meta.account)].msisdn.number
            byNumber.insert(number, meta.account | Self.isFormer)
            formerHolders[number, default: []].append(FormerHolder(account: meta.account, until: meta.effective))
        case .profileSet(let e) where !e.region.isEmpty:
            accounts[Int(meta.account)].region = number(ofRegion: e.region)
        case .personErased(let e):
            accounts[Int(meta.account)].keyID = Hash128(e.keyID) ?? .zero
            destroyedKeyIDs.append(Hash128(e.destroyedKeyID) ?? .zero)
        default: break
        }
        accounts[Int(meta.account)].lastPosition = meta.position
        if !event.traits.isSignIn { accounts[Int(meta.account)].lastChange = meta.position }
    }

    private mutating func open(_ index: AccountIndex, _ kind: Kind, _ instant: Instant, keyID: [UInt8]) {
        precondition(index == next, "accounts are numbered without gaps: \(index) after \(next - 1)")
        var account = Account()
        account.kind = kind
        account.activated = instant
        account.keyID = Hash128(keyID) ?? .zero
        accounts.reserveIndex(index, filling: account)
    }

    private mutating func setSIM(_ index: AccountIndex, iccid: UInt64, imsi: UInt64) {
        byICCID.remove(index, in: accounts, by: \.iccid)
        byIMSI.remove(index, in: accounts, by: \.imsi)
        (accounts[Int(index)].iccid, accounts[Int(index)].imsi) = (iccid, imsi)
        byICCID.insert(index, in: accounts, by: \.iccid)
        byIMSI.insert(index, in: accounts, by: \.imsi)
    }

    /// The digits behind a 1, so that leading zeros and the length count; 0 if the text is not a number.
    private static func number(ofIMSI text: String) -> UInt64 { UInt64("1" + text) ?? 0 }
    /// Every ICCID begins with 89, which leaves 17 or 18 digits.
    private static func number(ofICCID text: String) -> UInt64 { UInt64("1" + text.dropFirst(2)) ?? 0 }

    private mutating func number(ofRegion key: String) -> UInt16 {
        if let known = regionKeys.firstIndex(of: key) { return UInt16(known) }
        regionKeys.append(key)
        return UInt16(regionKeys.count - 1)
    }

    package func encode(_ index: AccountIndex, into row: inout SnapshotEncoder) {
        encode(index, region: accounts[Int(index)].region, into: &row)
    }

    func encode(_ index: AccountIndex, region: UInt16, into row: inout SnapshotEncoder) {
        var account = accounts[Int(index)]
        account.region = region
        account.code(&row)
        guard account.kind == .former else { return }
        var until = formerHolders(account.msisdn).first { $0.account == index }?.until ?? account.activated
        row.code(&until)
    }

    package mutating func decode(_ index: AccountIndex, from row: inout SnapshotDecoder) throws(SnapshotError) {
        var account = Account()
        try account.code(&row)
        guard Int(account.region) < regionKeys.count else { throw SnapshotError("an account of no known region") }
        accounts[Int(index)] = account
        guard account.kind == .former else { return }
        var until = account.activated
        try row.code(&until)
        formerHolders[account.msisdn.number, default: []].append(FormerHolder(account: index, until: until))
    }

    package mutating func codeRest<Coder: ColumnCoder>(_ rest: inout Coder) throws(Coder.Failure) {
        try rest.code(lengthOf: &accounts, filling: Account())
        try rest.code(&regionKeys, each: "")
        try rest.code(&destroyedKeyIDs, each: .zero)
        try rest.check(!accounts.isEmpty && !regionKeys.isEmpty, "it has no accounts")
    }

    /// Fills the tables from the accounts, prefetching, because one cache miss after another would be slow.
    mutating func finishDecoding() {
        byNumber = IndexTable(keys: accounts.count)
        for (index, account) in accounts.enumerated() {
            if index + 16 < accounts.count { byNumber.prefetch(accounts[index + 16].msisdn.number) }
            guard account.msisdn.number != 0 else { continue }
            // Accounts are in order, and the last one with a number counts.
            byNumber.insert(
                account.msisdn.number, AccountIndex(index) | (account.kind == .former ? Self.isFormer : 0))
        }
        (byICCID, byIMSI) = (AccountTable(count: accounts.count), AccountTable(count: accounts.count))
        for index in accounts.indices {
            byICCID.insert(AccountIndex(index), in: accounts, by: \.iccid)
            byIMSI.insert(AccountIndex(index), in: accounts, by: \.imsi)
        }
        // Rows come in any order.
        for number in formerHolders.keys { formerHolders[number]?.sort { $0.account < $1.account } }
    }

    package var allocatedBytes: Int {
        accounts.columnBytes + destroyedKeyIDs.columnBytes + byNumber.allocatedBytes + byICCID.allocatedBytes
            + byIMSI.allocatedBytes + formerHolders.count * 96
    }
}
