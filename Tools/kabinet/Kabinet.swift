// kabinet, the operators' tool. A subcommand is a file; here they are listed.

import Accounts
import ArgumentParser

@main
struct Kabinet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kabinet",
        abstract: "Sends requests to the account service, and works with its log, catalogue and principals.",
        discussion: """
            EXAMPLE
              kabinet call --admin-of /var/lib/kabinet BALANCE 79001234567

            Exit status: 0 done; 1 the service refused it (ERR), or a file has mistakes; 64 wrong usage; 65 an import of
            another file under the same source; 69 no connection.
            Completion for your shell: kabinet --generate-completion-script bash|zsh|fish
            """,
        version: kabinetVersion,
        subcommands: [
            Call.self, Events.self, Tail.self, Messages.self, Replay.self, Backup.self, Restore.self, Dump.self,
            Export.self,
            Explain.self, StatementFile.self, Erasure.self, Diff.self, Verify.self, Audit.self, CheckpointCommand.self,
            ProofCommand.self,
            Catalog.self, Import.self, Principal.self, Load.self, ScenarioCommand.self,
        ])
}
