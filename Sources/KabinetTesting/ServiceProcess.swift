// The process of a service for tests.

internal import Foundation

/// `kabinetd --ephemeral --test-clock`, which ends when its standard input closes, also if the test is killed.
package final class ServiceProcess: @unchecked Sendable {
    /// The secret of the principal `admin`, in base64url.
    package let adminSecret: String
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    /// Starts the program. It may not be ready yet.
    package init(kabinetd: String, clock: String, catalog: String?, _ further: [String] = []) throws(TestKabinetError) {
        var random = SystemRandomNumberGenerator()
        adminSecret = Data((0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        process.executableURL = URL(fileURLWithPath: kabinetd)
        process.arguments =
            [
                "--ephemeral", "--test-clock", clock, "--until-input-closes", "--listen", "127.0.0.1:0",
                "--log-level", "warning",
            ] + (catalog.map { ["--catalog", $0] } ?? []) + further
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("KABINET_") }
        environment["KABINET_ADMIN_SECRET"] = adminSecret
        process.environment = environment
        (process.standardInput, process.standardOutput) = (input, output)
        do { try process.run() } catch {
            throw TestKabinetError(description: "\(kabinetd) cannot be started: \(error.localizedDescription)")
        }
    }

    /// `HOST:PORT`, from the line that the service prints when it is ready.
    package func address() throws(TestKabinetError) -> String {
        var line: [UInt8] = []
        while let byte = (try? output.fileHandleForReading.read(upToCount: 1))?.first, byte != UInt8(ascii: "\n") {
            line.append(byte)
        }
        let text = String(decoding: line, as: UTF8.self)
        guard text.hasPrefix("kabinetd is ready on "), let address = text.split(separator: " ").last else {
            throw TestKabinetError(description: "kabinetd did not become ready: \(text)")
        }
        return String(address)
    }

    package func end() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}
