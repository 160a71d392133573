/// Takes the commands of the chapters. Each chapter adds its own, in the reference's order, beside its commands.
///
/// The chapters' functions are inlinable, because the engine's paths are made for each command's type.
package protocol CommandRegistry {
    mutating func change<C: Change>(_: C.Type)
    mutating func poll<C: Poll>(_: C.Type)
    mutating func read<C: Read>(_: C.Type)
    mutating func waiting<C: WaitingRead>(_: C.Type)
    mutating func history<C: History>(_: C.Type)
    /// A read of the log that goes on with what is appended.
    mutating func tail<C: History>(_: C.Type)
    mutating func conversation<C: ConnectionCommand>(_: C.Type)
}
