// A protoc plugin: the events' schemas become plain value structs, straight-line coders and JSON.
//
// protoc runs it with a request on the standard input (`protoc --plugin=protoc-gen-events --events_out=Sources …`). A
// person can also run `protoc-gen-events --compare OLD.binpb NEW.binpb`, which checks two descriptor sets against the
// rules of evolution. `Tools/generate` calls both.

import Foundation
import SwiftProtobufPluginLibrary

let arguments = CommandLine.arguments.dropFirst()
if arguments.first == "--compare" {
    guard arguments.count == 3 else { fail("usage: protoc-gen-events --compare OLD.binpb NEW.binpb") }
    do {
        let comparison = SchemaComparison(
            old: try SchemaComparison.read(arguments[2]), new: try SchemaComparison.read(arguments[3]))
        let breaches = comparison.breaches()
        for breach in breaches { FileHandle.standardError.write(Data((breach + "\n").utf8)) }
        exit(breaches.isEmpty ? 0 : 1)
    } catch {
        fail("\(error)")
    }
} else {
    EventGenerator().main(Array(arguments))
}

func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data("protoc-gen-events: \(message)\n".utf8))
    exit(2)
}
