/// `simulator`: runs the service with a simulated disk, clock and clients, all from one seed.

import Accounts
import ArgumentParser
import Engine
import Foundation

@main struct Simulator: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the writer, the log and the domain over a simulated disk, clock and clients.",
        discussion: """
            Everything is drawn from a seed: the same seed is the same run. A run that breaks an invariant says which, \
            with the shortest run that does and the command for it, and the status is 1.

            EXAMPLES
              simulator --seed 42                      one seed
              simulator --seed 42 --steps 137          its first 137 steps
              simulator --seeds 1...500                many
              simulator --minutes 10                   for so long
              simulator --file Tools/Simulator/seeds   those that are kept
              simulator --plants                       every planted bug until caught
              simulator --seed 1 --plant due-twice     one of them
              simulator --plant list                   what there is
            """)

    @Option(help: "What the run is drawn from; a random one if no seeds are named at all.")
    var seed: UInt64?

    @Option(help: "How many steps a run has.")
    var steps = 1000

    @Option(help: "Seeds from the first to the last, as in 1...500.")
    var seeds: SeedRange?

    @Option(help: "At most so many seeds, from --seed on.")
    var count: UInt64?

    @Option(help: "At most so many minutes.")
    var minutes: Double?

    @Option(help: "A file of seeds, a line each: seed steps # why.")
    var file: String?

    @Option(help: "A bug to plant; list: which there are.")
    var plant: String?

    @Flag(help: "Runs every planted bug until it is caught, and the same seeds without it.")
    var plants = false

    @Flag(help: "Says the result as JSON.")
    var json = false

    func validate() throws {
        guard steps > 0 else { throw ValidationError("a run has a step") }
        if let plant, plant != "list", Plant(rawValue: plant) == nil {
            throw ValidationError("there is no plant \(plant): --plant list")
        }
    }

    func run() throws {
        precondition(Template.ofCommand.count > 0, "every command has a template")
        if plant == "list" {
            for plant in Plant.allCases { say("\(pad(plant.rawValue, 22)) \(plant.summary)") }
        } else if plants {
            try runPlants()
        } else {
            try runCampaign()
        }
    }

    /// Seeds with their steps, as many as are named or as there is time for.
    private func runs() throws -> any Sequence<Run> {
        let plant = plant.flatMap { Plant(rawValue: $0) }
        if let file {
            return try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").compactMap { line in
                let words = line.prefix { $0 != "#" }.split(separator: " ")
                guard !words.isEmpty else { return nil }
                guard words.count == 2, let seed = UInt64(words[0]), let steps = Int(words[1]) else {
                    throw ValidationError("\(file): this is no seed with its steps: \(line)")
                }
                return Run(seed: seed, steps: steps, plant: plant)
            }
        }
        if let seeds { return seeds.range.lazy.map { Run(seed: $0, steps: steps, plant: plant) } }
        let first = seed ?? UInt64.random(in: 1...UInt64(UInt32.max))
        let count = count ?? (minutes == nil ? 1 : UInt64(UInt32.max))
        return (first..<(first + count)).lazy.map { Run(seed: $0, steps: steps, plant: plant) }
    }

    private func runCampaign() throws {
        let clock = ContinuousClock()
        let start = clock.now
        let end = minutes.map { start + .seconds($0 * 60) }
        var said = start
        var total = Counts()
        var seeds: [UInt64] = []
        var failure: Failure?
        for run in try runs() {
            if let end, clock.now >= end { break }
            if seeds.isEmpty, !json { say("from seed \(run.seed)") }
            seeds.append(run.seed)
            let outcome = run.run()
            total += outcome.counts
            if let found = outcome.failure {
                failure = run.shortest(found)
                break
            }
            if !json, clock.now - said > .seconds(30) {
                said = clock.now
                say("seed \(run.seed): \(seeds.count) seeds, \(total.steps) steps, \(total.crashes) crashes")
            }
        }
        let result = Result(seeds: seeds, counts: total, seconds: (clock.now - start) / .seconds(1), failure: failure)
        say(json ? try result.json : result.text(plant: plant))
        if failure != nil { throw ExitCode(1) }
    }
}

struct SeedRange: ExpressibleByArgument {
    let range: ClosedRange<UInt64>

    init?(argument: String) {
        let ends = argument.split(separator: ".", omittingEmptySubsequences: true).map { UInt64($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last else { return nil }
        range = first...last
    }
}

/// The result of a campaign.
struct Result: Encodable {
    let firstSeed: UInt64?
    let seeds: Int
    let seconds: Double
    let counts: Counts
    let failure: Failure?

    init(seeds: [UInt64], counts: Counts, seconds: Double, failure: Failure?) {
        (firstSeed, self.seeds) = (seeds.first, seeds.count)
        (self.counts, self.seconds, self.failure) = (counts, seconds, failure)
    }

    func text(plant: String?) -> String {
        var lines = [
            "\(seeds) seeds, \(counts.steps) steps, \(Int(Double(counts.steps) / max(seconds, 0.001))) steps/s,"
                + " \(counts.crashes) crashes, \(counts.restartsCutShort) restarts cut short, \(counts.snapshots) snapshots, \(counts.snapshotsUsed) starts from one; commits: \(counts.failed)"
                + " failed, \(counts.lost) lost, \(counts.unsaid) unsaid, \(counts.full) on a full disk;"
                + " \(counts.requests) requests, \(counts.acknowledged) changes acknowledged, \(counts.retries) retries,"
                + " \(counts.events) events"
        ]
        let never = commandTable.specs.indices.filter { counts.accepted[$0] == 0 }.map { commandTable.specs[$0].verb }
        if !never.isEmpty { lines.append("never accepted: \(never.joined(separator: ", "))") }
        if let failure {
            let planted = plant.map { " --plant \($0)" } ?? ""
            lines += [
                "BROKEN: \(failure.invariant)", "  \(failure.details)", "  seed \(failure.seed), step \(failure.step)",
                "  again: swift run -c release simulator --seed \(failure.seed) --steps \(failure.step)\(planted)",
            ]
        }
        return lines.joined(separator: "\n")
    }

    var json: String {
        get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
    }
}

func pad(_ word: String, _ width: Int) -> String { word.padding(toLength: width, withPad: " ", startingAt: 0) }

/// Prints at once, into a file or a pipe too.
func say(_ words: String) {
    print(words)
    fflush(nil)
}
