/// Runs of seeds: one, until its end or its first failure; the shortest prefix that fails; many.

struct Failure: Codable {
    let seed: UInt64
    let step: Int
    let invariant: String
    let details: String
}

extension Counts {
    static func += (a: inout Counts, b: Counts) {
        a.steps += b.steps
        a.requests += b.requests
        a.acknowledged += b.acknowledged
        a.retries += b.retries
        a.events += b.events
        a.crashes += b.crashes
        a.restartsCutShort += b.restartsCutShort
        a.snapshots += b.snapshots
        a.snapshotsUsed += b.snapshotsUsed
        a.failed += b.failed
        a.unsaid += b.unsaid
        a.lost += b.lost
        a.full += b.full
        for command in a.accepted.indices { a.accepted[command] += b.accepted[command] }
    }
}

struct Run {
    let seed: UInt64
    let steps: Int
    var plant: Plant?

    struct Outcome {
        var counts = Counts()
        /// Nil if nothing failed.
        var failure: Failure?
        /// A hash of every byte that a client got: the same seed gives the same hash.
        var fingerprint: UInt64 = 0
    }

    func run() -> Outcome {
        let planted = plant.map { " --plant \($0.rawValue)" } ?? ""
        LastWords.prepare("trapped; again: swift run -c release simulator --seed \(seed)\(planted) --steps ")
        var outcome = Outcome()
        var step = 0
        func failure(_ invariant: Invariant, _ details: String) -> Failure {
            Failure(seed: seed, step: step, invariant: invariant.rawValue, details: details)
        }
        do {
            let simulation = try Simulation(seed: seed, plant: plant)
            defer { (outcome.counts, outcome.fingerprint) = (simulation.counts, simulation.fingerprint) }
            for number in 1...steps {
                step = number
                LastWords.take(number)
                try simulation.step()
            }
            try simulation.checkReplay()
        } catch let violation as Violation {
            outcome.failure = failure(violation.invariant, violation.details)
        } catch {
            outcome.failure = failure(.service, "\(error)")
        }
        return outcome
    }

    /// The shortest prefix that fails: a failure found at the end of a prefix is found at the same step or later in the
    /// whole run.
    func shortest(_ found: Failure) -> Failure {
        var found = found
        var passes = max(0, found.step - Simulation.stepsBetweenReplays)
        while found.step - passes > 1 {
            let middle = (passes + found.step) / 2
            if let earlier = Run(seed: seed, steps: middle, plant: plant).run().failure {
                found = earlier
            } else {
                passes = middle
            }
        }
        return found
    }
}
