import Glibc
import Testing

@testable import LMDB

@Suite("A data file grows by zeros ahead of its pages")
struct FileGrowthTests {
    private func openFile(_ directory: TemporaryDirectory, _ flags: Int32 = O_RDWR | O_CREAT) -> Int32 {
        open(directory.path + "/file", flags, 0o600)
    }

    private var limits: FileGrowth.Limits {
        var limits = FileGrowth.Limits()
        limits.leastUsedBytes = 4096
        limits.stepBytes = 65_536...(8 << 20)
        return limits
    }

    private func size(_ descriptor: Int32) -> Int {
        var status = stat()
        fstat(descriptor, &status)
        return Int(status.st_size)
    }

    @Test("a file with enough pages has a step of zeros beyond them")
    func grows() {
        let directory = TemporaryDirectory()
        let file = openFile(directory)
        defer { close(file) }
        var growth = FileGrowth(descriptor: dup(file), usedBytes: 0, limits: limits)

        growth.claim(upTo: 4095)
        growth.advance(usedBytes: 4095)
        #expect(size(file) == 0)

        growth.claim(upTo: 4096)
        growth.advance(usedBytes: 4096)
        growth.claim(upTo: 4097)
        #expect(size(file) == 4096 + 65_536)
        #expect(growth.boundary == 4096 + 65_536)
    }

    @Test("a claim waits for the step that fills its range, so that no zero overwrites it")
    func waits() {
        let directory = TemporaryDirectory()
        let file = openFile(directory)
        defer { close(file) }
        let content = [UInt8](repeating: 7, count: 4096)
        do {
            var growth = FileGrowth(descriptor: dup(file), usedBytes: 0, limits: limits)
            for page in 0..<8192 {
                growth.claim(upTo: (page + 1) * 4096)
                #expect(pwrite(file, content, 4096, page * 4096) == 4096)
                growth.advance(usedBytes: (page + 1) * 4096)
            }
        }
        var page = [UInt8](repeating: 0, count: 4096)
        var damaged = 0
        for number in 0..<8192 {
            #expect(pread(file, &page, 4096, number * 4096) == 4096)
            if page != content { damaged += 1 }
        }
        #expect(damaged == 0)
        #expect(size(file) > 8192 * 4096)
    }

    @Test("on a disk without room for zeros LMDB grows the file, and zeros are not tried at every commit")
    func givesWay() {
        let directory = TemporaryDirectory()
        let file = openFile(directory)
        defer { close(file) }
        var growth = FileGrowth(descriptor: openFile(directory, O_RDONLY), usedBytes: 0, limits: limits)

        for used in stride(from: 4096, through: 40_960, by: 4096) {
            growth.claim(upTo: used)
            growth.advance(usedBytes: used)
        }
        growth.claim(upTo: 45_056)

        #expect(growth.boundary == 45_056)
        #expect(size(file) == 0)
    }

    @Test("a range that was filled before the start is not filled again")
    func goesOn() {
        let directory = TemporaryDirectory()
        let file = openFile(directory)
        defer { close(file) }
        #expect(ftruncate(file, 1 << 20) == 0)

        let growth = FileGrowth(descriptor: dup(file), usedBytes: 8192, limits: limits)

        #expect(growth.boundary == 1 << 20)
    }
}
