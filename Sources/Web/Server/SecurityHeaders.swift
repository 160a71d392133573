/// The headers of every response. OWASP's list of secure headers says what each is against.

enum SecurityHeaders {
    static let common: [(name: String, value: String)] = [
        (
            "content-security-policy",
            [
                "default-src 'none'", "style-src 'self'", "script-src 'self'", "img-src 'self'", "manifest-src 'self'",
                "worker-src 'self'", "connect-src 'self'", "form-action 'self'", "frame-ancestors 'none'",
                "base-uri 'none'",
            ].joined(separator: "; ")
        ),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("referrer-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ]

    /// A year, as browsers' own lists want it.
    static let transport: (name: String, value: String) = (
        "strict-transport-security", "max-age=31536000; includeSubDomains"
    )
}
