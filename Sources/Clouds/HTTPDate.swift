import FleetModel

extension Timestamp {
  /// Reads a Date header, "Sat, 21 Nov 2026 09:22:06 GMT" (RFC 9110 5.6.7, IMF-fixdate, the only
  /// form that may be sent today); nil for anything else.
  init?(httpDate text: String) {
    let words = text.split(separator: " ")
    guard words.count == 6, words[0].last == ",", words[5] == "GMT",
      let month = Self.months.firstIndex(of: String(words[2]))
    else { return nil }
    let number = month + 1
    let digits = number < 10 ? "0\(number)" : "\(number)"
    self.init(rfc3339: "\(words[3])-\(digits)-\(words[1])T\(words[4])Z")
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}
