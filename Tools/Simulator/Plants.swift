/// Runs every planted bug until it is caught, to show that the invariants can catch anything.

import ArgumentParser

extension Simulator {
    private static let seedsPerPlant: UInt64 = 40

    /// Checks that the same seed does not fail without a plant, which would mean that the plant was not what was
    /// caught; and that two runs are equal.
    private func runClean(_ seed: UInt64) throws {
        let (once, again) = (Run(seed: seed, steps: steps).run(), Run(seed: seed, steps: steps).run())
        if let failure = once.failure {
            say(Result(seeds: [seed], counts: once.counts, seconds: 0, failure: failure).text(plant: nil))
            throw ExitCode(1)
        }
        guard once.fingerprint == again.fingerprint else {
            say("seed \(seed) is not the same run twice")
            throw ExitCode(1)
        }
    }

    func runPlants() throws {
        var missed: [Plant] = []
        var clean: Set<UInt64> = []
        say("| plant | what it does | caught by | seed | step |\n|---|---|---|---|---|")
        for plant in Plant.allCases {
            var caught: Failure?
            for seed in 1...Self.seedsPerPlant {
                caught = Run(seed: seed, steps: steps, plant: plant).run().failure
                if clean.insert(seed).inserted { try runClean(seed) }
                if caught != nil { break }
            }
            let found = caught.map { "\($0.invariant) | \($0.seed) | \($0.step)" } ?? "**nothing** | |"
            say("| `\(plant.rawValue)` | \(plant.summary) | \(found) |")
            if caught == nil { missed.append(plant) }
        }
        guard missed.isEmpty else {
            say("not caught: \(missed.map(\.rawValue).joined(separator: ", "))")
            throw ExitCode(1)
        }
    }
}
