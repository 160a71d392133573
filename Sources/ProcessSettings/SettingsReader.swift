/// The settings of a server process: flags override the environment, which overrides the file.

package import Configuration
internal import Foundation
internal import Glibc
package import Logging
internal import SystemPackage
package import TLS

/// A setting that cannot be used, in words that say what to do.
package struct SettingsError: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

/// A reader of one program's settings.
///
/// - Parameters:
///   - program: The first words of each name: `kabinet` reads `KABINET_LISTEN` and, in the file, `kabinet.listen`.
///   - flags: The flags that were given; nil for those that were not.
///   - file: A file in JSON; nil if there is none.
package func settings(of program: String, flags: [String: String?], file: String?) async throws -> ConfigReader {
    var values: [AbsoluteConfigKey: ConfigValue] = [:]
    for case (let name, let value?) in flags {
        values[AbsoluteConfigKey([program, name])] = ConfigValue(.string(value), isSecret: false)
    }
    var providers: [any ConfigProvider] = [
        InMemoryProvider(name: "flags", values: values), EnvironmentVariablesProvider(),
    ]
    if let file {
        do { providers.append(try await FileProvider<JSONSnapshot>(filePath: FilePath(file))) } catch {
            throw SettingsError("the configuration file \(file) cannot be read: \(error)")
        }
    }
    return ConfigReader(providers: providers).scoped(to: ConfigKey(program))
}

extension ConfigReader {
    package func number(_ key: String, in range: ClosedRange<Int>, default: Int) throws(SettingsError) -> Int {
        let text = string(forKey: ConfigKey(key), default: String(`default`))
        guard let number = Int(text), range.contains(number) else {
            throw SettingsError("\(key) must be from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        return number
    }

    package func flag(_ key: String) throws(SettingsError) -> Bool {
        guard let text = string(forKey: ConfigKey(key)) else {
            // A configuration file has a Boolean instead of a text.
            return bool(forKey: ConfigKey(key), default: false)
        }
        switch text {
        case "true", "1": return true
        case "false", "0", "": return false
        default: throw SettingsError("\(key) must be true or false, not '\(text)'")
        }
    }

    package func logLevel() throws(SettingsError) -> Logger.Level {
        let text = string(forKey: "logLevel", default: "info")
        guard let level = Logger.Level(rawValue: text) else { throw SettingsError("'\(text)' is not a log level") }
        return level
    }

    /// Nil if connections are not encrypted.
    package func tlsFiles() throws(SettingsError) -> TLSFiles? {
        let clientCA = string(forKey: "tlsClientCA")
        switch (string(forKey: "tlsCertificate"), string(forKey: "tlsKey")) {
        case (let certificate?, let key?): return TLSFiles(certificate: certificate, key: key, clientCA: clientCA)
        case (nil, nil) where clientCA == nil: return nil
        case (nil, _): throw SettingsError("TLS needs the service's certificate too: --tls-certificate FILE")
        case (_, nil): throw SettingsError("TLS needs the certificate's key too: --tls-key FILE")
        }
    }

    /// `HOST:PORT`; an IPv6 host in brackets.
    package func address(_ key: String, _ flag: String, default: String) throws(SettingsError) -> (String, Int) {
        let text = string(forKey: ConfigKey(key), default: `default`)
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port), colon != text.startIndex
        else { throw SettingsError("\(flag) must be HOST:PORT, such as \(`default`), not '\(text)'") }
        return (text[..<colon].trimmingCharacters(in: CharacterSet(charactersIn: "[]")), port)
    }
}

/// Traffic to such an address does not leave this machine. A name other than `localhost` may mean any address.
package func isLoopback(_ host: String) -> Bool {
    var address = in_addr()
    if inet_pton(AF_INET, host, &address) == 1 { return UInt32(bigEndian: address.s_addr) >> 24 == 127 }
    return host == "localhost" || host == "::1"
}

/// Stops this process, as SIGTERM does, when nobody has the other end of its standard input any more.
package func stopWhenInputCloses() {
    Thread.detachNewThread {
        var byte: UInt8 = 0
        while case let count = read(STDIN_FILENO, &byte, 1), count > 0 || (count < 0 && errno == EINTR) {}
        kill(getpid(), SIGTERM)
    }
}
