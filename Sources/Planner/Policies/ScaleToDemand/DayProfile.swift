/// Which times of the day see work: a share of days per ten minutes, counted from the first look.
struct DayProfile: Sendable, Hashable, Codable {
  private static let binSeconds = 600.0
  private static let bins = 144
  /// A day is believed this much more than the days before it.
  private static let newest = 0.4
  /// Bins looked at on either side: an hour.
  private static let reach = 6
  /// One day in twenty with work, over two hours, is worth one replica.
  private static let leastShare = 0.05

  /// −1 where the time was not seen yet.
  private var shares = [Double](repeating: -1, count: bins)
  private var bin = -1
  private var busy = false
  /// The answer for the bin it was made in.
  private var answer = true
  private var answered = -1

  /// Counts one interval, `age` seconds after the first look.
  mutating func count(busy now: Bool, age: Double) {
    let current = Self.bin(at: age)
    if current != bin {
      if bin >= 0 { close() }
      bin = current
      busy = false
    }
    busy = busy || now
  }

  /// True where work is to be expected `ahead` seconds from `age`; while it is not known, too.
  mutating func expectsWork(at age: Double, ahead: Double) -> Bool {
    let middle = Self.bin(at: age + ahead)
    if middle != answered {
      answered = middle
      answer = expects(around: middle)
    }
    return answer
  }

  private mutating func close() {
    let hit = busy ? 1.0 : 0
    shares[bin] = shares[bin] < 0 ? hit : shares[bin] + Self.newest * (hit - shares[bin])
    answered = -1
  }

  private func expects(around middle: Int) -> Bool {
    var sum = 0.0
    for step in -Self.reach...Self.reach {
      let share = shares[(middle + step + Self.bins) % Self.bins]
      if share < 0 { return true }
      sum += share
    }
    return sum / Double(2 * Self.reach + 1) > Self.leastShare
  }

  private static func bin(at age: Double) -> Int {
    Int(age.truncatingRemainder(dividingBy: 86_400) / binSeconds) % bins
  }
}
