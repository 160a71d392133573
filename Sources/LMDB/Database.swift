/// A database of an environment, and its statistics.

internal import CLMDB

/// A handle. It works only with the transactions of the environment that it came from.
package struct Database: Sendable {
    let handle: MDB_dbi
}

/// A database's tree.
package struct DatabaseStatistics: Equatable, Sendable {
    package let entries: Int
    package let depth: Int
    package let branchPages: Int
    package let leafPages: Int
    package let overflowPages: Int
    package let pageBytes: Int

    package var bytes: Int { (branchPages + leafPages + overflowPages) * pageBytes }

    init(_ statistics: MDB_stat) {
        entries = Int(statistics.ms_entries)
        depth = Int(statistics.ms_depth)
        branchPages = Int(statistics.ms_branch_pages)
        leafPages = Int(statistics.ms_leaf_pages)
        overflowPages = Int(statistics.ms_overflow_pages)
        pageBytes = Int(statistics.ms_psize)
    }
}

/// The environment as a whole.
package struct EnvironmentInfo: Equatable, Sendable {
    package let mapSizeBytes: Int
    package let pageBytes: Int
    /// The last page in use: the file's length, less the space claimed ahead.
    package let lastPage: Int
    package let lastTransaction: Int
    package let maxReaders: Int
    /// Slots of the reader table that were ever in use at once.
    package let readerSlots: Int

    package var usedBytes: Int { (lastPage + 1) * pageBytes }

    init(of environment: OpaquePointer) {
        var info = MDB_envinfo()
        mdb_env_info(environment, &info)
        var statistics = MDB_stat()
        mdb_env_stat(environment, &statistics)
        mapSizeBytes = Int(info.me_mapsize)
        lastPage = Int(info.me_last_pgno)
        lastTransaction = Int(info.me_last_txnid)
        maxReaders = Int(info.me_maxreaders)
        readerSlots = Int(info.me_numreaders)
        pageBytes = Int(statistics.ms_psize)
    }
}
