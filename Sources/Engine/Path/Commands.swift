/// Every command of the service: one line each, in the reference's order.

package import Accounts
package import EventLog

package struct CommandEntry<Store: EventStore & ~Copyable>: Sendable {
    package let spec: CommandSpec
    let run: @Sendable (inout CommandPath<Store>, Incoming, Instant) throws(Rejection) -> RequestOutcome

    static var all: [CommandEntry] {
        [
            conversation(Hello.self), conversation(Auth.self), conversation(Ping.self), operation(Help.self),
            operation(CommandList.self), conversation(Quit.self),

            operation(RedisCommand.self), conversation(RedisClient.self), conversation(RedisConfig.self),
            info, conversation(Select.self), conversation(Echo.self), transaction(Multi.self),
            transaction(Exec.self), transaction(Discard.self), transaction(Watch.self), conversation(Unwatch.self),
            transaction(Reset.self),

            change(PrincipalAdd.self), read(PrincipalList.self), change(PrincipalRotate.self),
            change(PrincipalDisable.self), change(ClockSet.self),

            change(SubscriberActivate.self), change(SIMReplace.self), change(SubscriberTerminate.self),

            change(Register.self), change(Login.self), change(LoginCode.self), change(LoginPush.self),
            change(PushReply.self), change(PasswordRecover.self), change(Confirm.self), change(Resend.self),
            poll(ChallengeWait.self), change(ReauthCode.self), change(PasswordChange.self), read(Sessions.self),
            change(SessionEnd.self), change(Logout.self), change(DeviceAdd.self), change(LoginDevice.self),
            read(DeviceList.self), change(DeviceRemove.self), change(LinkAdd.self), read(LinkList.self),
            change(LinkRemove.self), read(ProfileRead.self), change(ProfileChange.self), change(ConsentChange.self),
            read(PrivacyReport.self), read(RegionList.self), read(NotificationsRead.self), change(Erase.self),

            read(AccountRead.self), read(BalanceRead.self), change(TopUp.self), history(Payments.self),

            read(Tariffs.self), read(TariffRead.self), change(TariffChange.self), read(Products<OptionWords>.self),
            change(ProductOn<OptionWords>.self), change(ProductOff<OptionWords>.self),
            read(Products<SubscriptionWords>.self), change(ProductOn<SubscriptionWords>.self),
            change(ProductOff<SubscriptionWords>.self), read(BucketsRead.self),
            change(UsageReport.self), read(UsageCheck.self), read(UsageSourceList.self),
            history(Statement.self), history(ExpensesOfMonth.self),

            change(OrgCreate.self), read(OrgRead.self), change(OrgAdd.self), change(OrgRemove.self),
            change(OrgAdminAdd.self), change(OrgAdminRemove.self), change(PinShow.self), change(PukShow.self),
            change(GroupCreate.self), change(GroupAdd.self), change(GroupRemove.self), read(Groups.self),
            read(GroupRead.self),

            read(CatalogShow.self), change(CatalogDraft.self), change(CatalogPut.self), change(CatalogPublish.self),
            change(CatalogRetire.self),

            history(Events.self), tail(Tail.self), read(Holders.self), read(TrialBalance.self), operation(Stats.self),
            operation(SnapshotNow.self), operation(Rebuild.self),
            verify(Verify.self), backup(Backup.self), tree(CheckpointNow.self), tree(Proof.self),
            tree(Consistency.self),
        ]
    }

    private static func change<C: Change>(_: C.Type) -> CommandEntry {
        CommandEntry(spec: C.spec) { path, incoming, now throws(Rejection) in
            try path.perform(C.self, incoming, at: now)
        }
    }

    private static func poll<C: Poll>(_: C.Type) -> CommandEntry {
        CommandEntry(spec: C.spec) { path, incoming, now throws(Rejection) in try C.answer(&path, incoming, at: now) }
    }

    private static func read<C: Read>(_: C.Type) -> CommandEntry {
        CommandEntry(spec: C.spec) { path, incoming, now throws(Rejection) in
            let command = try C(incoming.request.arguments)
            var context = path.context(at: now, incoming.prepared)
            context.caller = try path.authorise(command, incoming, at: now)
            if incoming.request.arguments.asksForPast {
                return try path.readPast(command, incoming, by: context.caller, at: now)
            }
            if let errand = try path.preparation(of: command, incoming, context) { return errand }
            try command.read(path.cabinet, context, &path.reply)
            return .answered
        }
    }

    private static func history<C: History>(_: C.Type) -> CommandEntry {
        CommandEntry(spec: C.spec) { path, incoming, now throws(Rejection) in
            let command = try C(incoming.request.arguments)
            let caller = try path.authorise(command, incoming, at: now)
            var query = try command.query(path.cabinet, Context(now: now, caller: caller))
            query.begin(with: caller.joining)
            return .errand(
                HistoryJob(incoming: incoming, query: query, principal: caller.principal, through: path.log.last))
        }
    }

    private static func tail<C: History>(_: C.Type) -> CommandEntry {
        CommandEntry(spec: C.spec) { path, incoming, now throws(Rejection) in
            let command = try C(incoming.request.arguments)
            let caller = try path.authorise(command, incoming, at: now)
            guard !incoming.isRESP || path.connections[incoming.connection].respVersion == 3 else {
                throw Rejection(.notAvailable, "TAIL pushes events: say HELLO 3 first")
            }
            let job = TailJob(incoming, try command.query(path.cabinet, Context(now: now, caller: caller)))
            path.reply.field(.fromPosition, job.from)
            return .stream(job)
        }
    }

    private static func conversation<C: Conversation>(_: C.Type) -> CommandEntry {
        CommandEntry(spec: C.spec) { path, incoming, now throws(Rejection) in
            let command = try C(incoming.request.arguments)
            let context = path.context(at: now, incoming.prepared)
            if let errand = try path.preparation(of: command, incoming, context) { return errand }
            try command.perform(&path.connections[incoming.connection], path.cabinet, context, &path.reply)
            return .answered
        }
    }

    private static func transaction<C: TransactionCommand>(_: C.Type) -> CommandEntry {
        CommandEntry(spec: C.spec) { path, incoming, _ throws(Rejection) in
            try C(incoming.request.arguments).perform(&path, incoming.connection)
        }
    }

    private static var info: CommandEntry {
        CommandEntry(spec: RedisInfo.spec) { path, incoming, now throws(Rejection) in
            let command = try RedisInfo(incoming.request.arguments)
            command.perform(&path, by: try path.authorise(command, incoming, at: now))
            return .answered
        }
    }

    private static func operation<C: Operation>(_: C.Type) -> CommandEntry {
        CommandEntry(spec: C.spec) { path, incoming, now throws(Rejection) in
            let command = try C(incoming.request.arguments)
            _ = try path.authorise(command, incoming, at: now)
            var reply = Reply()
            swap(&reply, &path.reply)
            try command.perform(&path, &reply)
            path.reply = reply
            return .answered
        }
    }
}

/// The verbs, for decoders, help and the reference.
package let commandTable = CommandTable(CommandEntry<QueuedStore>.all.map(\.spec))
