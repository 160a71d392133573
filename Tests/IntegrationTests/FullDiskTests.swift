/// A small volume that becomes full under load, and free again: nothing acknowledged is lost.

import Foundation
import Glibc
import Testing

/// A file system in memory of so many megabytes, mounted for as long as the body runs.
func withSmallVolume<Value>(megabytes: Int, at path: String, _ body: (SmallVolume) throws -> Value) throws -> Value {
    let volume = try SmallVolume(megabytes: megabytes, at: path)
    defer { volume.unmount() }
    return try body(volume)
}

struct SmallVolume {
    let path: String

    /// Whether this user may mount one here.
    static let isPermitted: Bool = {
        do {
            let home = try makeTemporaryDirectory()
            defer { rmdir(home) }
            try withSmallVolume(megabytes: 1, at: home) { _ in }
            return true
        } catch {
            print("no volume can be mounted here, so tests with a full one are skipped: \(error)")
            return false
        }
    }()

    fileprivate init(megabytes: Int, at path: String) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let mount = try ChildProcess(
            "/bin/mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m,mode=0700", "tmpfs", path], errors: "/dev/null")
        guard try mount.wait(within: 10) == .exited(0) else { throw HarnessError("tmpfs cannot be mounted on \(path)") }
    }

    /// Also while files of it are open: it goes away with them.
    fileprivate func unmount() {
        _ = try? ChildProcess("/bin/umount", ["-l", path]).wait(within: 10)
    }

    func freeBytes() throws -> Int {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { throw HarnessError("statvfs: \(String(cString: strerror(errno)))") }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }

    /// Takes what is free but for so much, until `free`.
    func fill(leaving bytes: Int) throws {
        let descriptor = open(path + "/ballast", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        defer { close(descriptor) }
        let size = try freeBytes() - bytes
        guard size > 0, posix_fallocate(descriptor, 0, size) == 0 else {
            throw HarnessError("the volume is full already")
        }
    }

    func free() { unlink(path + "/ballast") }
}

@Suite(.realProcess, .serialized, .enabled("no volume can be mounted here") { SmallVolume.isPermitted })
struct FullDiskTests {
    @Test(
        "On a full volume nothing acknowledged is lost; when there is space again, all goes on",
        .timeLimit(.minutes(3)),
        arguments: [20_000, 100_000, 300_000])
    func full(leaving bytes: Int) throws {
        let home = try makeTemporaryDirectory()
        try withSmallVolume(megabytes: 32, at: home + "/data") { volume in
            try Service.run(["--keys-per-table", "256"], home: home) { service in
                let load = TopUpLoad()
                try load.activate(service)
                try volume.fill(leaving: bytes)
                // When the volume becomes full,
                try load.run(service, untilItEnds: true)
                // then it refuses what it cannot write, or ends with the status of that;
                let hasEnded = load.refusals.isEmpty
                if hasEnded { #expect(try service.process.wait(within: 60) == .exited(74)) }
                // and when there is space again, all that was acknowledged is there, and it goes on.
                volume.free()
                if hasEnded { try service.restart() }
                try load.retry(service)
                try load.run(service) { usleep(100_000) }
                try load.retry(service)
                try load.verify(service)
                print("a volume that becomes full after \(bytes / 1000) KB: \(load.summary)")
            }
        }
    }
}
