/// The mean of the last values, at most `length` of them.
struct SlidingMean: Sendable, Hashable, Codable {
  private var values: [Double]
  private let length: Int
  private var next = 0
  private var sum = 0.0
  /// Values other than zero; without one the sum is exactly zero again.
  private var present = 0

  init(length: Int) {
    self.length = length
    values = []
  }

  mutating func add(_ value: Double) -> Double {
    if values.count < length {
      values.append(value)
    } else {
      sum -= values[next]
      present -= values[next] == 0 ? 0 : 1
      values[next] = value
      next = next + 1 == length ? 0 : next + 1
    }
    sum += value
    present += value == 0 ? 0 : 1
    if present == 0 { sum = 0 }
    return max(0, sum) / Double(values.count)
  }
}

/// The largest of the last `length` values, whole numbers; constant time per value on average.
struct SlidingPeak: Sendable, Hashable, Codable {
  private struct Step: Sendable, Hashable, Codable {
    var tick: Int
    var value: Int
  }
  /// Falling values; those before `head` have left the window.
  private var steps: [Step] = []
  private var head = 0
  private let length: Int

  init(length: Int) { self.length = length }

  mutating func add(_ value: Int, at tick: Int) -> Int {
    while steps.count > head, let last = steps.last, last.value <= value { steps.removeLast() }
    steps.append(Step(tick: tick, value: value))
    while steps[head].tick <= tick - length { head += 1 }
    if head > 64, head * 2 > steps.count {
      steps.removeFirst(head)
      head = 0
    }
    return steps[head].value
  }
}

/// The values of the last `length` intervals, the oldest first out.
struct Echo: Sendable, Hashable, Codable {
  private var values: [Double] = []
  private var next = 0
  private let length: Int

  init(length: Int) { self.length = max(1, length) }

  /// The oldest value stored, or nil while there are fewer than `length`.
  var oldest: Double? { values.count < length ? nil : values[next] }

  /// Stores `value`; the value stored `length` intervals ago, or nil while there is none.
  mutating func push(_ value: Double) -> Double? {
    if values.count < length {
      values.append(value)
      return nil
    }
    let oldest = values[next]
    values[next] = value
    next = next + 1 == length ? 0 : next + 1
    return oldest
  }
}
