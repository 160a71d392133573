/// Front-end services, acquirers, network elements and staff: their names, roles and hashed secrets.
package struct Principals: Projection {
    package static let name = "principals"
    package static let version: UInt16 = 2

    package struct Principal: Sendable {
        package var name: String
        package var roles: Roles
        package var secretHash: [UInt8]
        package var isEnabled: Bool
        /// The secret before it, and from when on it is refused. Empty: it is refused already.
        package var formerHash: [UInt8] = []
        package var formerUntil = Instant(milliseconds: 0)

        /// Whether this is its secret, or the one before it while that is still accepted. Both are looked at, whichever it
        /// is.
        package func accepts(secretHash hash: [UInt8], now: Instant) -> Bool {
            let isSecret = equalInConstantTime(secretHash, hash)
            let isFormer = equalInConstantTime(formerHash, hash) && now < formerUntil
            return isEnabled && (isSecret || isFormer)
        }
    }

    /// By number; 0 is the service itself, which has no secret: nobody can sign in as it.
    package private(set) var all = [Principal(name: "kabinet", roles: .admin, secretHash: [], isEnabled: true)]

    package init() {}

    package var next: UInt32 { UInt32(all.count) }

    package func find(_ name: String) -> UInt32? {
        all.firstIndex { $0.name == name }.map { UInt32($0) }.flatMap { $0 == 0 ? nil : $0 }
    }

    package subscript(_ number: UInt32) -> Principal { all[Int(number)] }

    /// What every command asks, without a copy of the rest.
    package func isEnabled(_ number: UInt32) -> Bool { all[Int(number)].isEnabled }
    package func roles(_ number: UInt32) -> Roles { all[Int(number)].roles }

    package mutating func apply(_ event: Event, _ meta: EventMeta) {
        switch event {
        case .principalAdded(let e):
            precondition(e.number == next, "principals are numbered without gaps")
            all.append(
                Principal(name: e.name, roles: Roles(rawValue: e.roles), secretHash: e.secretHash, isEnabled: true))
        case .principalRotated(let e):
            let index = Int(e.number)
            // At most two are accepted: one that was former already is not any more.
            all[index].formerHash = e.formerUntil == 0 ? [] : all[index].secretHash
            all[index].formerUntil = Instant(milliseconds: e.formerUntil)
            all[index].secretHash = e.secretHash
        case .principalDisabled(let e): all[Int(e.number)].isEnabled = false
        default: break
        }
    }

    package func digest(into hash: inout XXH64) {
        for principal in all {
            hash.update(principal.name)
            hash.update(UInt64(principal.roles.rawValue) << 1 | (principal.isEnabled ? 1 : 0))
            hash.update(counted: principal.secretHash)
            hash.update(counted: principal.formerHash)
            hash.update(principal.formerUntil.milliseconds)
        }
    }

    package func encodeRest(into rest: inout SnapshotEncoder) {
        rest.put(each: all) {
            $0.put($1.name)
            $0.put($1.roles.rawValue)
            $0.put($1.secretHash)
            $0.put($1.isEnabled)
            $0.put($1.formerHash)
            $0.put($1.formerUntil)
        }
    }

    package mutating func decodeRest(_ rest: inout SnapshotDecoder) throws(SnapshotError) {
        all = try rest.array { rest throws(SnapshotError) in
            Principal(
                name: try rest.text(), roles: Roles(rawValue: try rest.number()), secretHash: try rest.byteArray(),
                isEnabled: try rest.flag(), formerHash: try rest.byteArray(), formerUntil: try rest.instant())
        }
        guard !all.isEmpty else { throw SnapshotError("it has no principals") }
    }

    package var allocatedBytes: Int { all.columnBytes }
}

extension XXH64 {
    /// Length first, so that two texts in a row cannot be cut elsewhere.
    mutating func update(_ text: String) { update(counted: Array(text.utf8)) }

    mutating func update(counted bytes: [UInt8]) {
        update(UInt64(bytes.count))
        update(bytes)
    }

    mutating func update(_ value: Int64) { update(UInt64(bitPattern: value)) }
}
