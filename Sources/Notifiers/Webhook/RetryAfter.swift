public import FleetModel
import Foundation

/// Reads the header `Retry-After` (RFC 9110, 10.2.3): seconds or an HTTP date.
public enum RetryAfter {
  /// A receiver that asks for more is asked again after a day all the same.
  static let longest = Duration.seconds(86_400)

  /// How long to wait from `now`; nil when the header says nothing that can be understood. A date
  /// that has passed is zero.
  public static func wait(_ header: String?, at now: Timestamp) -> Duration? {
    guard let text = header?.trimmingCharacters(in: .whitespaces), !text.isEmpty else { return nil }
    if text.utf8.allSatisfy({ (48...57).contains($0) }) {
      // More digits than Int64 has is more than a day.
      return Int64(text).map { min(.seconds(min($0, 86_400)), longest) } ?? longest
    }
    guard let date = httpDate(text) else { return nil }
    let seconds = Int64(date.timeIntervalSince1970) - now.microseconds / 1_000_000
    return min(max(.zero, .seconds(min(seconds, 86_400))), longest)
  }

  /// "Sun, 06 Nov 1994 08:49:37 GMT": the form servers must send.
  private static func httpDate(_ text: String) -> Date? {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    return formatter.date(from: text)
  }
}
