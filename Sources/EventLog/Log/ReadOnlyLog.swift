/// Reads a log from outside the service: for the operators' tools, also while the service runs.
///
/// It takes no lock on the data directory and changes nothing in it but its own entry in LMDB's reader table. A process
/// that has the log open as a store has to use the store's reader: this one is then refused.

package struct ReadOnlyLog: Sendable {
    package let identity: LogIdentity
    package let reader: LMDBReader

    package init(data: String) throws(StoreError) {
        guard try LogFormat.isLog(in: data) else { throw try FirstStart.missingLog(in: data) }
        let environment = try LogFormat.environment(data + "/" + LogFormat.directory, isReadOnly: true)
        let (records, identity) = try LogFormat.open(environment)
        self.identity = identity
        reader = LMDBReader(environment: environment, records: records)
        _ = try reader.checkedLast()
    }
}
