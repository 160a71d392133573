/// One definition of a text, for everything that is stored: names, subjects, references.

/// Whether a text shows all that it holds, and something at all. It is refused with control characters (C0, C1, DEL), with
/// what changes the direction of writing or is not seen (Unicode's categories Cc, Cf, Zl and Zp, but for the joiners that
/// some scripts need), and with spaces alone.
package func isPlainText(_ bytes: some Collection<UInt8>) -> Bool {
    var isBlank = true
    for byte in bytes {
        guard byte >= 32, byte != 127 else { return false }
        guard byte < 128 else { return isPlain(String(decoding: bytes, as: UTF8.self).unicodeScalars) }
        if byte != 32 { isBlank = false }
    }
    return !isBlank
}

private func isPlain(_ scalars: String.UnicodeScalarView) -> Bool {
    var isBlank = true
    for scalar in scalars {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: return false
        // Zero-width non-joiner and joiner.
        case .format: guard scalar.value == 0x200c || scalar.value == 0x200d else { return false }
        case .spaceSeparator: continue
        default: isBlank = false
        }
    }
    return !isBlank
}
