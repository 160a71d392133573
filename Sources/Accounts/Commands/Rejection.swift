/// Why a request was refused. A rejection changes nothing.

/// The closed list of `ERR` codes. A code is never renamed or reused: clients branch on them.
package enum ErrorCode: String, CaseIterable, Sendable {
    // The line.
    case invalidSyntax = "invalid_syntax"
    case lineTooLong = "line_too_long"
    case unknownCommand = "unknown_command"
    case missingArgument = "missing_argument"
    case unknownArgument = "unknown_argument"
    case duplicateArgument = "duplicate_argument"
    case tooManyArguments = "too_many_arguments"
    case unsupportedProtocol = "unsupported_protocol"
    // A value.
    case invalidMSISDN = "invalid_msisdn"
    case invalidAmount = "invalid_amount"
    case invalidNumber = "invalid_number"
    case invalidText = "invalid_text"
    case invalidTime = "invalid_time"
    case invalidKey = "invalid_key"
    case invalidINN = "invalid_inn"
    case invalidICCID = "invalid_iccid"
    case invalidIMSI = "invalid_imsi"
    case invalidPIN = "invalid_pin"
    case invalidPUK = "invalid_puk"
    case invalidPassword = "invalid_password"
    case cardNumber = "card_number"
    case amountOverflow = "amount_overflow"
    // The caller.
    case authRequired = "auth_required"
    case wrongCredentials = "wrong_credentials"
    case notPermitted = "not_permitted"
    case sessionRequired = "session_required"
    case sessionInvalid = "session_invalid"
    case reauthRequired = "reauth_required"
    case signInFailed = "sign_in_failed"
    case tooManyAttempts = "too_many_attempts"
    // Retries and conditions.
    case idConflict = "id_conflict"
    case conflict = "conflict"
    case tooOld = "too_old"
    case duplicateRef = "duplicate_ref"
    case transactionAborted = "transaction_aborted"
    // The state of things.
    case notFound = "not_found"
    case alreadyExists = "already_exists"
    case insufficientFunds = "insufficient_funds"
    case notAvailable = "not_available"
    case incompatible = "incompatible"
    case invalidCode = "invalid_code"
    case expired = "expired"
    case limitReached = "limit_reached"
    case invalidCatalog = "invalid_catalog"
    // The service.
    case busy = "busy"
    case slowReader = "slow_reader"
    case storageFull = "storage_full"
    case shuttingDown = "shutting_down"
    case internalError = "internal_error"
}

/// A refusal: the code for programs, the argument at fault, the words for people.
package struct Rejection: Error, Equatable, Sendable {
    package var code: ErrorCode
    /// The name of the argument at fault; nil if there is none.
    package var field: String?
    package var message: String
    /// Whole seconds after which the same request may succeed.
    package var retryAfterSeconds: Int64?
    /// The 1-based byte column at fault, if a line could not be read.
    package var column: Int?

    package init(
        _ code: ErrorCode, field: String? = nil, _ message: String, retryAfterSeconds: Int64? = nil,
        column: Int? = nil
    ) {
        self.code = code
        self.field = field
        self.message = message
        self.retryAfterSeconds = retryAfterSeconds
        self.column = column
    }

    static let needsSession = Rejection(.sessionRequired, field: "session", "give the subscriber's session as session=")

    /// The same words for things that do not exist and for things that the caller may not see.
    package static func notFound(_ field: String, _ noun: String) -> Rejection {
        Rejection(.notFound, field: field, "there is no such \(noun)")
    }
}
