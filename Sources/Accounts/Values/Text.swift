/// One definition of a text, for everything that is stored: names, subjects, references.

/// True if a text shows all that it holds, and holds something. Refuses control characters (C0, C1, DEL), characters
/// that change the direction of writing or cannot be seen (Unicode's categories Cc, Cf, Zl and Zp, and its default
/// ignorables), and blanks alone. A name may have joiners and variation selectors, which some scripts and signs need.
/// An identifier may not, and has no blank at an end either, so that no two look alike.
package func isPlainText(_ bytes: some BidirectionalCollection<UInt8>, isIdentifier: Bool = false) -> Bool {
    if isIdentifier, bytes.first == 32 || bytes.last == 32 { return false }
    var isBlank = true
    for byte in bytes {
        guard byte >= 32, byte != 127 else { return false }
        guard byte < 128 else {
            let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars
            return isPlain(scalars, isIdentifier)
                && !(isIdentifier && (scalars.first?.isBlank ?? true || scalars.last?.isBlank ?? true))
        }
        if byte != 32 { isBlank = false }
    }
    return !isBlank
}

private func isPlain(_ scalars: String.UnicodeScalarView, _ isIdentifier: Bool) -> Bool {
    var isBlank = true
    for scalar in scalars {
        if scalar.joinsOthers {
            guard !isIdentifier else { return false }
            continue
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return false
        default: guard !scalar.properties.isDefaultIgnorableCodePoint else { return false }
        }
        if !scalar.isBlank { isBlank = false }
    }
    return !isBlank
}

extension Unicode.Scalar {
    /// Zero-width non-joiner and joiner, and the selectors of text and picture form.
    fileprivate var joinsOthers: Bool { (0x200c...0x200d).contains(value) || (0xfe0e...0xfe0f).contains(value) }

    /// A space, or the Braille pattern without a dot.
    fileprivate var isBlank: Bool { properties.generalCategory == .spaceSeparator || value == 0x2800 }
}
