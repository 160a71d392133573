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

    /// True if this user may mount one here.
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

    /// Unmounts even while files of it are open: the volume goes away with them.
    fileprivate func unmount() {
        _ = try? ChildProcess("/bin/umount", ["-l", path]).wait(within: 10)
    }

    func freeBytes() throws -> Int {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { throw HarnessError("statvfs: \(String(cString: strerror(errno)))") }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }

    /// Takes the free space except so much, until `free`. Others may be writing meanwhile.
    func fill(leaving bytes: Int) throws {
        // Children of other tests must not inherit the descriptor: its space would be free only when they have ended.
        let descriptor = open(path + "/ballast", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        let piece = [UInt8](repeating: 1, count: 16_384)
        while true {
            let size = min(try freeBytes() - bytes, piece.count)
            guard size > 0, write(descriptor, piece, size) > 0 else { return }
        }
    }

    func free() { unlink(path + "/ballast") }
}

@Suite(.realProcess, .serialized, .enabled("no volume can be mounted here") { SmallVolume.isPermitted })
struct FullDiskTests {
    private func withService(_ body: (Service, SmallVolume, TopUpLoad) throws -> Void) throws {
        let home = try makeTemporaryDirectory()
        try withSmallVolume(megabytes: 64, at: home + "/data") { volume in
            try Service.run(
                ["--keys-per-table", "256", "--history-per-run", "256", "--reserve-megabytes", "4"], home: home
            ) { service in
                let load = TopUpLoad()
                try load.activate(service)
                try body(service, volume, load)
            }
        }
    }

    @Test("Below the reserve changes are refused and reads continue, and with room changes continue without a restart")
    func reserve() throws {
        try withService { service, volume, load in
            // When payments fill the volume up to the reserve,
            try volume.fill(leaving: 5 << 20)
            try load.run(service, untilItEnds: true)
            // then they are refused, long before the volume is full,
            #expect(load.refusals == ["storage_full"])
            #expect(try volume.freeBytes() > 1 << 20)
            // reads and administration go on;
            let admin = try service.signIn()
            #expect(try admin.call("STATS")["storage"] == "low")
            try admin.expectOK("BALANCE \(TopUpLoad.number(0))")
            try admin.expectOK("PRINCIPAL.ADD night-shift roles=operator")
            // and with space again the same process takes changes.
            volume.free()
            #expect(try eventually { try admin.call("STATS")["storage"] == "ok" })
            try load.run(service) { usleep(100_000) }
            try load.retry(service)
            try load.verify(service)
            print("a volume that payments fill: \(load.summary)")
        }
    }

    @Test(
        "A disk filled by another program under load loses no acknowledged event", .timeLimit(.minutes(15)),
        arguments: [0, 100_000, 1_000_000])
    func eaten(leaving bytes: Int) throws {
        try withService { service, volume, load in
            // When nearly all space is taken at once,
            try load.run(service) {
                usleep(50_000)
                try? volume.fill(leaving: bytes)
                usleep(200_000)
            }
            // then changes are refused once the zeros ahead of the log are used up, or the process ends with the status
            // for a log that cannot be written;
            let hasEnded = load.refusals.isEmpty && !load.isAnswered
            if hasEnded { #expect(try service.process.wait(within: 60) == .exited(74)) }
            // and when there is space again, all that was acknowledged is there, and the service goes on.
            volume.free()
            if hasEnded {
                try service.restart()
            } else {
                let admin = try service.signIn()
                #expect(try eventually { try admin.call("STATS")["storage"] == "ok" })
            }
            try load.retry(service)
            try load.run(service) { usleep(100_000) }
            try load.retry(service)
            try load.verify(service)
            print("a volume that somebody else fills to \(bytes / 1000) KB: \(load.summary)")
        }
    }

    @Test(
        "A disk filled to the last byte under load loses no acknowledged event, and a start on it serves reads",
        .timeLimit(.minutes(15)))
    func isFilled() throws {
        try withService { service, volume, load in
            var endings: Set<String> = []
            for _ in 1...3 {
                try load.run(service, untilItEnds: true) {
                    usleep(100_000)
                    try volume.fill(leaving: 0)
                }
                // The service refuses changes that it cannot write, or ends with the status for that.
                endings.formUnion(load.refusals)
                if load.refusals.isEmpty {
                    #expect(try service.process.wait(within: 60) == .exited(74))
                    endings.insert("status 74")
                }
                try service.killHard()
                // The index of ids has to be made again. Without any room the start fails, and may be tried again;
                try FileManager.default.removeItem(atPath: service.data + "/index")
                try volume.fill(leaving: 0)
                #expect(throws: HarnessError.self) { try service.restart() }
                #expect(try service.process.wait(within: 10) == .exited(74))
                // with some room, the service serves requests that change nothing
                volume.free()
                try volume.fill(leaving: 100_000)
                try service.restart()
                let admin = try service.signIn()
                for number in 0..<load.connections {
                    #expect(try admin.call("BALANCE \(TopUpLoad.number(number))").isOK)
                }
                // (the zeros that the log has ahead of its pages may be room enough for some changes);
                volume.free()
                // and when there is space, it serves changes too.
                #expect(try eventually { try admin.call("STATS")["storage"] == "ok" })
                try load.retry(service)
            }
            try load.verify(service)
            print("a volume filled three times (\(endings.sorted().joined(separator: ", "))): \(load.summary)")
        }
    }
}
