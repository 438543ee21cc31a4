/// Replicas that were ordered and are not ready yet, in the order of their launch.
///
/// At most one batch is launched a tick and a batch waits a cold start, so the room is fixed.
struct PendingReplicas {
  private var readyTicks: [Int]
  private var counts: [Int]
  private var head = 0
  private var batches = 0
  private(set) var total = 0

  /// - Parameter coldStart: in ticks.
  init(coldStart: Int) {
    readyTicks = [Int](repeating: 0, count: coldStart + 2)
    counts = readyTicks
  }

  mutating func launch(_ count: Int, readyAt tick: Int) {
    let place = (head + batches) % counts.count
    readyTicks[place] = tick
    counts[place] = count
    batches += 1
    total += count
  }

  /// Takes out those that are ready by this tick.
  mutating func matured(at tick: Int) -> Int {
    var matured = 0
    while batches > 0, readyTicks[head] <= tick {
      matured += counts[head]
      head = head + 1 == counts.count ? 0 : head + 1
      batches -= 1
    }
    total -= matured
    return matured
  }

  /// Takes back up to `count`, the youngest first; says how many there were.
  mutating func cancel(_ count: Int) -> Int {
    var left = count
    while left > 0, batches > 0 {
      let place = (head + batches - 1) % counts.count
      let taken = min(left, counts[place])
      counts[place] -= taken
      left -= taken
      if counts[place] == 0 { batches -= 1 }
    }
    total -= count - left
    return count - left
  }
}
