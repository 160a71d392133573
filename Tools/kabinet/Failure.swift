// How the tool ends when something is wrong: one line on standard error that says what to do, and an exit status.

import ArgumentParser
import CatalogFile
import Client
import EventLog

/// The exit statuses, those above 1 by sysexits.h.
enum Status {
    static let refused: Int32 = 1
    static let usage: Int32 = 64
    /// The file is not the same as before.
    static let otherFile: Int32 = 65
    static let unavailable: Int32 = 69
    /// The data directory is damaged.
    static let damaged: Int32 = 78
}

/// Why the tool stops. Without a message if everything was printed already.
struct Failure: Error, Equatable {
    var message: String
    var status: Int32
}

/// A subcommand. It implements `work`; an error of `work` becomes a line and a status.
protocol Subcommand: AsyncParsableCommand {
    mutating func work() async throws
}

extension Subcommand {
    mutating func run() async throws {
        do { try await work() } catch {
            guard let failure = explain(error) else { throw error }
            if !failure.message.isEmpty {
                complain(error is CatalogFileError ? failure.message : "kabinet: \(failure.message)")
            }
            throw ExitCode(failure.status)
        }
    }
}

/// The line and status of an error; nil if ArgumentParser handles it (usage, `--help`).
func explain(_ error: any Error) -> Failure? {
    switch error {
    case let failure as Failure: return failure
    // One line for each mistake, as compilers write them, so that editors can jump there.
    case let error as CatalogFileError: return Failure(message: "\(error)", status: Status.refused)
    case let error as ClientError:
        // The text comes from the service, or from another program that listens there.
        let message = printable(error.message, keepsLines: false)
        switch error.code {
        case .refused: return Failure(message: refusalAdvice(error, message), status: Status.refused)
        case .cannotConnect:
            return Failure(
                message: "\(message); start kabinetd there, or give another address with --connect HOST:PORT",
                status: Status.unavailable)
        case .invalidRequest, .invalidTLS, .streaming: return Failure(message: message, status: Status.usage)
        case .protocolViolation:
            return Failure(
                message:
                    "\(message); check that this is kabinetd's port, or give another address with --connect HOST:PORT",
                status: Status.unavailable)
        case .tlsFailed, .connectionLost, .timedOut, .cancelled:
            return Failure(message: message, status: Status.unavailable)
        }
    default: return nil
    }
}

/// Why the log of a data directory was not read.
func logFailure(_ error: StoreError) -> Failure {
    switch error.code {
    case .noLog, .missing: Failure(message: "\(error)", status: Status.usage)
    case .damaged, .lost, .notALog, .newerFormat: Failure(message: "\(error)", status: Status.damaged)
    default: Failure(message: "\(error)", status: Status.refused)
    }
}

/// Printed after `auth_required`.
let signInAdvice =
    "sign in with --admin-of DATA, with --principal NAME and --secret-file FILE (or KABINET_SECRET), or with a"
    + " certificate"

private func refusalAdvice(_ error: ClientError, _ message: String) -> String {
    switch error.refusal?.code {
    case "auth_required": "\(message); \(signInAdvice)"
    case "wrong_credentials": "\(message); check --principal and its secret"
    default: message
    }
}
