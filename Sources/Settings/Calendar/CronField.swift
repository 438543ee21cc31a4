/// A piece of a cron text and where it begins in it, in Unicode scalars.
struct CronWord {
  var text: String
  var start: Int

  /// The words that white space divides.
  static func words(of text: String) -> [CronWord] {
    CronWord(text: text, start: 0).split { $0 == " " || $0 == "\t" }.filter { !$0.text.isEmpty }
  }

  /// The pieces between the separators, empty ones too.
  func split(where isSeparator: (Unicode.Scalar) -> Bool) -> [CronWord] {
    var pieces = [CronWord(text: "", start: start)]
    for (index, scalar) in text.unicodeScalars.enumerated() {
      if isSeparator(scalar) {
        pieces.append(CronWord(text: "", start: start + index + 1))
      } else {
        pieces[pieces.count - 1].text.unicodeScalars.append(scalar)
      }
    }
    return pieces
  }

  /// From here to the end of a later word; only its place is of use.
  func through(_ last: CronWord) -> CronWord {
    let length = last.start + last.text.unicodeScalars.count - start
    return CronWord(text: String(repeating: " ", count: length), start: start)
  }
}

/// One of the five fields of a cron text: what it is called and what it may hold.
struct CronField {
  var name: String
  var range: ClosedRange<Int>
  /// Names of the first values, in order.
  var names: [String] = []
  /// The value of the first name.
  var firstName = 0

  static let minute = CronField(name: "minute", range: 0...59)
  static let hour = CronField(name: "hour", range: 0...23)
  static let day = CronField(name: "day of month", range: 1...31)
  static let month = CronField(
    name: "month", range: 1...12,
    names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
    firstName: 1)
  /// Sunday is 0 and 7.
  static let weekday = CronField(
    name: "day of week", range: 0...7, names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"])

  private var isWeekday: Bool { range.upperBound == 7 }

  /// "*", "5", "1-5", "*/15", "10-50/20", "MON-FRI", and lists of these.
  func values(of word: CronWord) throws(CronFault) -> BitSet {
    var set = BitSet()
    for item in word.split(where: { $0 == "," }) {
      let parts = item.split { $0 == "/" }
      guard parts.count <= 2, !parts[0].text.isEmpty else {
        throw CronFault(
          "has '\(item.text)' as \(name): write a number, 1-5, */2 or a list", at: item)
      }
      let span = try span(of: parts[0])
      let step = parts.count == 2 ? try step(of: parts[1], in: item) : 1
      for value in stride(from: span.lowerBound, through: span.upperBound, by: step) {
        set.insert(isWeekday ? value % 7 : value)
      }
    }
    return set
  }

  private func span(of word: CronWord) throws(CronFault) -> ClosedRange<Int> {
    if word.text == "*" { return isWeekday ? 0...6 : range }
    let ends = word.split { $0 == "-" }
    guard ends.count <= 2 else {
      throw CronFault("has '\(word.text)' as \(name): a range has two ends", at: word)
    }
    let low = try value(of: ends[0])
    guard ends.count == 2 else { return low...low }
    var high = try value(of: ends[1])
    // FRI-SUN ends on the Sunday after.
    if isWeekday, high == 0, low > 0 { high = 7 }
    guard low <= high else {
      throw CronFault(
        "has the range '\(word.text)', which goes backwards", at: word,
        hint: "write two ranges: \(ends[0].text)-\(last),\(first)-\(ends[1].text)")
    }
    return low...high
  }

  private var first: Int { range.lowerBound }
  private var last: Int { isWeekday ? 6 : range.upperBound }

  private func value(of word: CronWord) throws(CronFault) -> Int {
    if let index = names.firstIndex(of: word.text.uppercased()) { return firstName + index }
    // "05" is common in crontabs and means 5 to all of them.
    let isNumber = (1...2).contains(word.text.utf8.count) && word.text.utf8.allSatisfy(isDigit)
    guard isNumber, let number = Int(word.text), range.contains(number) else {
      throw CronFault(
        "has no \(name) '\(word.text)': it is \(range.lowerBound) to \(range.upperBound)"
          + (names.first.map { ", or \($0) to \(names.last ?? $0)" } ?? ""), at: word)
    }
    return number
  }

  private func step(of word: CronWord, in item: CronWord) throws(CronFault) -> Int {
    guard let step = plainNumber(word.text), step > 0, step <= range.upperBound else {
      throw CronFault(
        "has the step '\(word.text)' as \(name): it is 1 to \(range.upperBound)", at: word)
    }
    let from = item.split { $0 == "/" }[0].text
    guard from == "*" || from.contains("-") else {
      throw CronFault(
        "has a step without a range: '\(item.text)'", at: item,
        hint: "write \(from)-\(last)/\(step)")
    }
    return step
  }
}

private func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
