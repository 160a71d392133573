// The plugin's way through a request: descriptors → model → files.

import SwiftProtobuf
import SwiftProtobufPluginLibrary

struct EventGenerator: CodeGenerator {
    func generate(
        files: [FileDescriptor], parameter: any CodeGeneratorParameter,
        protoCompilerContext: any ProtoCompilerContext, generatorOutputs: any GeneratorOutputs
    ) throws {
        let schema = try Schema(files)
        switch parameter.parameter {
        case "": try addSources(schema, generatorOutputs)
        case "tests": try addTests(schema, generatorOutputs)
        case let other: throw Refusal("no option \(other): there is `tests` and nothing else")
        }
    }

    private func addTests(_ schema: Schema, _ outputs: any GeneratorOutputs) throws {
        for chapter in schema.chapters {
            try outputs.add(
                fileName: "EventCodingTests/Generated/\(chapter.name)Samples.swift", contents: samplesFile(chapter))
        }
        try outputs.add(
            fileName: "EventCodingTests/Generated/EventSamples.swift", contents: sampleEventFile(schema))
    }

    private func addSources(_ schema: Schema, _ generatorOutputs: any GeneratorOutputs) throws {
        for chapter in schema.chapters {
            let name = chapter.name
            try generatorOutputs.add(
                fileName: "Accounts/Generated/\(name)Events.swift", contents: structsFile(chapter))
            try generatorOutputs.add(
                fileName: "EventCoding/Generated/\(name)Coders.swift", contents: codersFile(chapter))
            try generatorOutputs.add(
                fileName: "EventCoding/Generated/\(name)JSON.swift", contents: jsonFile(chapter))
        }
        try generatorOutputs.add(fileName: "Accounts/Generated/Event.swift", contents: eventFile(schema))
        try generatorOutputs.add(fileName: "Accounts/Generated/EventTable.swift", contents: eventTableFile(schema))
        try generatorOutputs.add(
            fileName: "EventCoding/Generated/EventCoder.swift", contents: eventCoderFile(schema))
        try generatorOutputs.add(
            fileName: "EventCoding/Generated/EventUnits.swift", contents: unitsFile(schema))
    }

    var supportedFeatures: [Google_Protobuf_Compiler_CodeGeneratorResponse.Feature] { [.proto3Optional] }
}
