/// The mean of the last few values; while there are fewer, of those there are.
///
/// Added up anew each time: a running sum would drift, and a mean of exactly 0 means something.
struct RecentMean {
  private var values: [Double]
  private var next = 0
  private var count = 0

  init(of capacity: Int) { values = [Double](repeating: 0, count: max(1, capacity)) }

  mutating func add(_ value: Double) -> Double {
    values[next] = value
    next = next + 1 == values.count ? 0 : next + 1
    count = min(count + 1, values.count)
    var sum = 0.0
    for index in 0..<count { sum += values[index] }
    return sum / Double(count)
  }
}

/// The largest of the values of a time, its end included; values may have gaps between them.
struct RecentMaximum {
  private var values: [Int]
  private var ticks: [Int]
  private var head = 0
  private var count = 0
  private let window: Int

  /// - Parameter window: in ticks; a value that old still counts.
  init(window: Int) {
    self.window = window
    values = [Int](repeating: 0, count: window + 2)
    ticks = values
  }

  /// What is no larger than a newer value can never be the largest again, and is dropped.
  mutating func add(_ value: Int, at tick: Int) -> Int {
    while count > 0, values[place(count - 1)] <= value { count -= 1 }
    values[place(count)] = value
    ticks[place(count)] = tick
    count += 1
    while ticks[head] < tick - window {
      head = place(1)
      count -= 1
    }
    return values[head]
  }

  mutating func clear() { count = 0 }

  private func place(_ offset: Int) -> Int {
    let place = head + offset
    return place < values.count ? place : place - values.count
  }
}
