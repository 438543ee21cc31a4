import FleetModel

extension Leaf {
  /// Five cron fields, or a word such as @daily.
  static let cron = Leaf(
    what: "a cron time such as '0 20 * * 1-5'",
    schema: .object([("type", .text("string")), ("minLength", .integer(6))])
  ) { text, _ in
    do throws(CronFault) {
      return .value(.cron(try Cron(text)))
    } catch {
      guard let part = error.part else { return .refused(error.message, hint: error.hint) }
      return .refusedPart(part, error.message, hint: error.hint)
    }
  }

  /// A time of the day in quotes; without them YAML 1.1 reads 22:00 as the number 1320.
  static let timeOfDay = Leaf(
    what: "a time such as \"07:00\"", schema: pattern("^([01][0-9]|2[0-3]):[0-5][0-9]$")
  ) { text, quoted in
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && plainDecimal($0) != nil }),
      let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
    else { return .refused("is not a time: write \"07:00\"") }
    guard quoted else {
      return .refused("must be in quotes: YAML reads some times as numbers", hint: "\"\(text)\"")
    }
    return .value(.integer(hour * 60 + minute))
  }

  /// A day, as 2026-12-25.
  static let day = Leaf(
    what: "a day such as 2026-12-25", schema: pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
  ) { text, _ in
    guard Day(text) != nil else { return .refused("is not a day: write 2026-12-25") }
    return .value(.text(text))
  }

  /// A day, or a moment of UTC.
  static let moment = Leaf(
    what: "a day such as 2027-01-01, or 2027-01-01T12:00:00Z",
    schema: pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+Z)?$")
  ) { text, _ in
    guard Timestamp(rfc3339: text) != nil else {
      return .refused("is not a day: write 2027-01-01 or 2027-01-01T12:00:00Z")
    }
    return .value(.text(text))
  }
}
