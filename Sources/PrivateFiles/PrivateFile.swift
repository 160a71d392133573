/// Files that hold secrets. They are read through one descriptor, so that the file that was checked is the one that is
/// read, and a file that other users may read is refused.

package import Glibc

package struct PrivateFileError: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

/// Whether others than its owner may read or write a file. A group may read a file of root's, as PostgreSQL allows it.
package func isForOthers(_ status: stat) -> Bool {
    status.st_mode & (status.st_uid == 0 && geteuid() != 0 ? 0o037 : 0o077) != 0
}

/// The bytes of a file and its status.
///
/// - Throws: If it cannot be read, is no regular file, or is longer than the greatest length.
package func readFile(_ path: String, maximumBytes: Int) throws(PrivateFileError) -> (bytes: [UInt8], status: stat) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .system("\(path) cannot be read") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        throw PrivateFileError("\(path) is not a file")
    }
    guard status.st_size <= maximumBytes else {
        throw PrivateFileError("\(path) has more than \(maximumBytes) bytes")
    }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var count = 0
    while count < bytes.count {
        let got = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + count, $0.count - count) }
        if got < 0, errno == EINTR { continue }
        guard got >= 0 else { throw .system("\(path) cannot be read") }
        guard got > 0 else { break }
        count += got
    }
    return (Array(bytes[..<count]), status)
}

/// The bytes of a file that holds a secret.
///
/// - Throws: As `readFile` does, and if other users may read the file.
package func readPrivateFile(_ path: String, maximumBytes: Int) throws(PrivateFileError) -> [UInt8] {
    let (bytes, status) = try readFile(path, maximumBytes: maximumBytes)
    guard !isForOthers(status) else {
        throw PrivateFileError("other users can read \(path), and it holds a secret: chmod 600 \(path)")
    }
    return bytes
}

/// Replaces a file as a whole by one that only its owner may read. A crash leaves the old one or the new one.
///
/// - Parameter isNew: If true, an existing file stays as it is, and the result is false.
@discardableResult
package func writePrivateFile(_ path: String, _ bytes: [UInt8], isNew: Bool = false) throws(PrivateFileError) -> Bool {
    let draft = "\(path).\(getpid()).new"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system("\(draft) cannot be made") }
    defer { unlink(draft) }
    let written = write(descriptor, bytes, bytes.count)
    let isDurable = written == bytes.count && fsync(descriptor) == 0
    close(descriptor)
    guard isDurable else { throw .system("\(draft) cannot be written") }
    // A link fails if the name exists, so of two processes that make the file at once only one does.
    if isNew {
        if link(draft, path) == 0 { return true }
        guard errno == EEXIST else { throw .system("\(path) cannot be made") }
        return false
    }
    guard rename(draft, path) == 0 else { throw .system("\(path) cannot be replaced") }
    return true
}

extension PrivateFileError {
    fileprivate static func system(_ words: String) -> PrivateFileError {
        PrivateFileError("\(words): \(String(cString: strerror(errno)))")
    }
}
