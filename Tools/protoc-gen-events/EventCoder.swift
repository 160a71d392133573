// EventCoding/Generated/EventCoder.swift: from an event's type to its coder.

func eventCoderFile(_ schema: Schema) -> String {
    var out = SourceWriter(
        source: "event.proto", opens: "From an event's type to its coder.", imports: ["package import Accounts"])
    func forEach(_ out: inout SourceWriter, _ statement: (EventType) -> String) {
        out.line("switch self {")
        for event in schema.events { out.line("case .\(event.name)(let event): \(statement(event))") }
        out.line("}")
    }
    out.block("extension Event") { out in
        out.line("/// The bytes that the payload takes.")
        out.block("package var payloadSize: Int") { out in forEach(&out) { _ in "event.encodedSize" } }
        out.line()
        out.line("/// Writes the payload, which takes `payloadSize` bytes, and moves the offset behind it.")
        out.block("func writePayload(to out: inout MutableRawSpan, at offset: inout Int)") { out in
            forEach(&out) { _ in "event.write(to: &out, at: &offset)" }
        }
        out.line()
        out.line("/// The payload in a range of the bytes. Nil: a type that this build does not know.")
        out.line("package static func decodePayload(")
        out.indented { out in
            out.line("type number: UInt16, _ bytes: RawSpan, _ range: Range<Int>")
        }
        out.block(") throws(CodingFailure) -> Event?") { out in
            out.line("switch number {")
            for event in schema.events {
                out.line("case \(event.number): .\(event.name)(try \(event.message).decode(bytes, range))")
            }
            out.line("default: nil")
            out.line("}")
        }
        out.line()
        out.line("/// The payload as a JSON object on one line.")
        out.block("package func appendJSON(to out: inout [UInt8])") { out in
            forEach(&out) { _ in "event.appendJSON(to: &out)" }
        }
    }
    return out.text
}
