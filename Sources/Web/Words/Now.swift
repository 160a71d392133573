/// The time now, on the clock of a place.

internal import Foundation
package import Phrases

extension LocalTime {
    package static func now(offsetMinutes: Int64) -> LocalTime {
        LocalTime(
            millisecondsSince1970: Int64(Date().timeIntervalSince1970 * 1000), offsetMinutes: offsetMinutes)
    }
}
