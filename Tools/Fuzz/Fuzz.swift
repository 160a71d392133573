/// `fuzz`: bytes that strangers could send, mutated endlessly, into everything that reads bytes.
///
/// It runs in one process and from one seed: the same arguments run the same inputs. An input that breaks a promise, or
/// traps, is left in a file together with the command that runs it alone.

import ArgumentParser
import Foundation

@main struct Fuzz: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Mutates bytes into the decoders and checks what each of them promises.")

    @Option(help: "Which decoder: \(Target.all.map(\.name).joined(separator: ", ")) or all.")
    var target = "all"

    @Option(help: "How long to run each, in seconds.")
    var seconds: UInt32 = 10

    @Option(help: "What the inputs are made from; a random one if left out.")
    var seed: UInt64?

    @Option(help: "A folder with a folder of first inputs for each decoder.")
    var corpus = "Tools/Fuzz/corpus"

    @Option(help: "Runs this one input and no other.")
    var input: String?

    @Option(help: "Where an input that fails is left.")
    var failures = "."

    func validate() throws {
        guard target == "all" || Target.all.contains(where: { $0.name == target }) else {
            throw ValidationError("there is no target \(target)")
        }
        guard input == nil || target != "all" else {
            throw ValidationError("one input is for one target")
        }
    }

    func run() throws {
        let seed = seed ?? UInt64.random(in: 0...UInt64(UInt32.max))
        for target in Target.all where self.target == "all" || self.target == target.name {
            let record = try InputRecord(target: target.name, seed: seed, folder: failures)
            if let input {
                let bytes = [UInt8](try Data(contentsOf: URL(filePath: input)))
                // A promise may have been broken at some cuts only.
                for variation in 0..<1000 { try check(bytes, target, UInt64(variation), record) }
                print("\(target.name): the input keeps every promise")
                record.remove()
                continue
            }
            var mutator = Mutator(seed: seed, corpus: try inputs(of: target.name))
            let clock = ContinuousClock()
            let start = clock.now
            let end = start + .seconds(Int64(seconds))
            var count = 0
            while clock.now < end {
                // The clock is read only sometimes, because it costs as much as a short input.
                for _ in 0..<64 {
                    let input = mutator.next()
                    let gain = try check(input, target, mutator.variation(), record)
                    mutator.keep(input, gain)
                    count += 1
                }
            }
            record.remove()
            let rate = Double(count) / max(1, (clock.now - start) / .seconds(1))
            print(
                "\(target.name): \(count) inputs, \(Int(rate)) a second, \(mutator.kinds) kinds of outcome, seed \(seed)"
            )
        }
    }

    /// Runs an input. The result stands for the paths that the decoder took.
    @discardableResult
    private func check(
        _ input: [UInt8], _ target: Target, _ variation: UInt64, _ record: borrowing InputRecord
    ) throws -> UInt64 {
        record.take(input)
        do throws(BrokenPromise) {
            return try target.run(input, variation)
        } catch {
            record.report(error.what)
            throw ExitCode.failure
        }
    }

    private func inputs(of target: String) throws -> [[UInt8]] {
        let folder = URL(filePath: corpus).appending(path: target)
        guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
            .map { [UInt8](try Data(contentsOf: $0)) }
    }
}
